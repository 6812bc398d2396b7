"""A project on disk: its configuration, its database, and the moment a command speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from digest import __version__
from digest.config.load import load
from digest.config.schema import Config, Source
from digest.errors import MachineError, NotFound
from digest.model import NOTHING

if TYPE_CHECKING:
    from digest.pipeline.summaries import Summaries
    from digest.store.database import Store


@dataclass(frozen=True)
class Project:
    """What every verb works on. Close it, or use it in a `with`."""

    config: Config
    store: Store
    now: datetime
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Where the secrets stand that sources name."""

    @classmethod
    def open(
        cls,
        sources_yaml: Path,
        *,
        now: datetime,
        create: bool = True,
        environment: Mapping[str, str] = NOTHING,
    ) -> Project:
        """Read sources.yaml and open `data/digest.db` beside it.

        Raises:
            ConfigError: sources.yaml is not what it must be.
            NotFound: there is no database and `create` is false.
            NewerDatabase, MachineError: as the store raises them.
        """
        from digest.store.database import Store, may_write

        config = load(sources_yaml)
        if create:
            try:
                config.data.mkdir(parents=True, exist_ok=True)
            except OSError as problem:
                raise MachineError(
                    f"the folder cannot be made: {problem.strerror}",
                    where=str(config.data),
                    cure="Check the permissions and the space on that disk.",
                ) from problem
        elif not config.database.exists():
            raise NotFound(
                "nothing has been stored yet",
                where=str(config.database),
                cure=f"Run `digest -C {config.folder} run` first.",
            )
        # What only reads works from a read-only disk too; what writes is told there that it cannot.
        readonly = config.database.exists() and not may_write(config.database)
        return cls(config, Store.open(config.database, readonly=readonly), now, environment)

    def __enter__(self) -> Project:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the database."""
        self.store.close()

    @cached_property
    def summaries(self) -> Summaries:
        """What a language model says of stories in this run; nothing where none is configured."""
        from digest.pipeline.summaries import Summaries

        config = self.config
        return Summaries(
            config.llm, self.environment, self.store.answers, config.templates, self.now
        )

    @property
    def user_agent(self) -> str:
        """Who we say we are, see `user_agent`."""
        return user_agent(self.config)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that are switched on, in the order of the file."""
        return tuple(source for source in self.config.sources if source.enabled)

    def source(self, source_id: str) -> Source:
        """The configured source of that id.

        Raises:
            NotFound: there is none; the nearest is named.
        """
        return named_source(self.config, source_id)


def user_agent(config: Config) -> str:
    """Who we say we are: the configured text with `{version}` and `{url}` filled in."""
    said = config.fetch.user_agent.replace("{version}", __version__)
    return said.replace("{url}", config.newsletter.url)


def named_source(config: Config, source_id: str) -> Source:
    """The configured source of that id.

    Raises:
        NotFound: there is none; the nearest is named.
    """
    from difflib import get_close_matches

    by_id = {source.id: source for source in config.sources}
    if source_id in by_id:
        return by_id[source_id]
    near = get_close_matches(source_id, by_id, n=1)
    raise NotFound(
        f"there is no source {source_id!r}",
        where=str(config.folder / "sources.yaml"),
        cure=f"Did you mean {near[0]!r}?" if near else "`digest sources list` lists the sources.",
    )

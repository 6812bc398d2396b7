"""`digest sources list`, `show` and `check`: what is followed, and how each source does.

None of them changes anything. The database is asked where there is one: a project that never ran
has sources all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from digest.config.edit import line_of
from digest.config.schema import Config, Source
from digest.errors import at
from digest.fetch import decide
from digest.fetch.discover import NOTHING_KNOWN
from digest.fetch.kinds import TITLE, Failed
from digest.fetch.run import Progress, Result, fetch_all
from digest.model import NOTHING, Item, SourceState
from digest.pipeline.fetch import CURE, EXCHANGE
from digest.pipeline.project import named_source, user_agent
from digest.registry import kind

if TYPE_CHECKING:
    from digest.store.database import Store
    from digest.store.health import Health

SHOWN = 3
"""How many of a source's newest entries are shown."""
_TRIED = 50
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """One source of sources.yaml, and how it does in words.

    `items` and `items_a_week` are as the store counts them; both 0 for what was never fetched.
    """

    id: str
    kind: str
    name: str
    address: str
    weight: float
    enabled: bool
    items: int
    items_a_week: float
    last_success: datetime | None
    failing: bool
    health: str
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything known about one source.

    Attributes:
        row: How it does.
        where: Its place in sources.yaml.
        settings: What sources.yaml says of it, defaults left out.
        state: What is remembered of it.
        error: Why it failed last; empty once it works again.
        cure: What to do about that.
        exchange: What was asked and answered then, as text, cut after 4 kB; may be empty.
    """

    row: Row
    where: str
    settings: dict[str, Any]
    state: SourceState
    error: str
    cure: str
    exchange: str


@dataclass(frozen=True, slots=True)
class Sample:
    """An entry, as far as it tells a person what a source brings."""

    title: str
    url: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a source brings now, or why nothing.

    `entries` is how many the answer held; `warnings` are sentences; `row` is how the source did in
    the project's own runs, where there were any.
    """

    source_id: str
    works: bool
    title: str = ""
    entries: int = 0
    newest: tuple[Sample, ...] = ()
    error: str = ""
    cure: str = ""
    warnings: tuple[str, ...] = ()
    row: Row | None = None


# ------------------------------------------------------------------------------------ what is known


def listing(config: Config, store: Store | None, now: datetime) -> list[Row]:
    """The sources in the order of the file."""
    known = {one.source_id: one for one in store.sources.health(now)} if store else {}
    return [_row(source, known.get(source.id)) for source in config.sources]


def show(config: Config, store: Store | None, source_id: str, now: datetime) -> Shown:
    """Everything known about a source.

    Raises:
        NotFound: there is no source of that id.
    """
    source = named_source(config, source_id)
    [row] = [row for row in listing(config, store, now) if row.id == source_id]
    state = store.sources.state(source_id) if store else SourceState(source_id)
    path = config.folder / "sources.yaml"
    return Shown(
        row=row,
        where=at(path, line_of(path.read_bytes().decode("utf-8"), source_id)),
        settings=source.model_dump(exclude_defaults=True, mode="json"),
        state=state,
        error=state.error,
        cure=state.memo.get(CURE, ""),
        exchange=state.memo.get(EXCHANGE, ""),
    )


def _row(source: Source, health: Health | None) -> Row:
    return Row(
        id=source.id,
        kind=source.kind,
        name=source.name or (health.name if health else source.id),
        address=decide.address(source),
        weight=source.weight,
        enabled=source.enabled,
        items=health.items if health else 0,
        items_a_week=health.items_a_week if health else 0.0,
        last_success=health.last_success if health else None,
        failing=source.enabled and health is not None and health.failing,
        health=_health(source, health),
        next_due=health.next_due if health else None,
    )


def _health(source: Source, health: Health | None) -> str:
    if not source.enabled:
        return "switched off (enabled: false)"
    if health is None or health.last_attempt is None:
        return "not fetched yet"
    if health.retired:
        return "gone for good (410): remove it, or look for its new address"
    if health.failures:
        times = "once" if health.failures == 1 else f"{health.failures} times"
        since = f" since {health.failing_since:%Y-%m-%d}" if health.failing_since else ""
        return f"failed {times}{since}: {health.error}"
    if health.silent_for:
        return f"works, but silent for {health.silent_for.days} days, longer than is its habit"
    return f"works, {health.items_a_week:.1f} items a week"


# ---------------------------------------------------------------------------------- what is brought


def check(
    config: Config,
    names: Sequence[str],
    now: datetime,
    report: Callable[[Progress], None] = lambda _progress: None,
    environment: Mapping[str, str] = NOTHING,
    store: Store | None = None,
) -> list[Checked]:
    """Fetch sources as for the first time, store nothing, and say what each would bring.

    Args:
        config: The project's configuration.
        names: Ids of sources, switched on or not; none for all that are switched on.
        now: The time of the fetch.
        report: Told how far it is.
        environment: Where the secrets stand that sources name.
        store: The database, for how the sources did so far; it is only read.

    Raises:
        NotFound: there is no source of that id.
    """
    chosen = [named_source(config, name) for name in dict.fromkeys(names)]
    chosen = chosen or [source for source in config.sources if source.enabled]
    jobs = [(_brief(source), SourceState(source.id)) for source in chosen]
    results = asyncio.run(
        fetch_all(
            jobs,
            NOTHING_KNOWN,
            config.fetch,
            user_agent(config),
            now,
            report,
            kind_of=kind,
            environment=environment,
        )
    )
    rows = {row.id: row for row in listing(config, store, now)} if store else {}
    return [replace(_checked(result), row=rows.get(result.source_id)) for result in results]


def _brief(source: Source) -> Source:
    """The source without what would fetch many addresses to no purpose here."""
    wanted = {"full_text": False, "comments": False, "max_results": _TRIED}
    fields = type(source).model_fields
    return source.model_copy(update={key: said for key, said in wanted.items() if key in fields})


def _checked(result: Result) -> Checked:
    if isinstance(result, Failed):
        problem = result.error
        error = result.state.error or problem.message
        return Checked(result.source_id, works=False, error=error, cure=problem.cure)
    heard = decide.news(SourceState(result.source_id), result.state)
    if moved := result.state.memo.get("moved_to"):
        heard = (*heard, f"redirects for good: put {moved} into sources.yaml")
    if not result.seen:
        heard = (*heard, "answers, but holds no entries at present")
    return Checked(
        result.source_id,
        works=True,
        title=result.state.memo.get(TITLE, ""),
        entries=result.seen,
        newest=newest(result.items),
        warnings=(*heard, *result.warnings),
    )


def newest(items: Iterable[Item]) -> tuple[Sample, ...]:
    """The newest entries, those without a date last."""
    ordered = sorted(items, key=lambda item: item.published or _LONG_AGO, reverse=True)
    return tuple(Sample(item.title, item.url, item.published) for item in ordered[:SHOWN])

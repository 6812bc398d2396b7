"""What sources.yaml has already, and how it is changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from digest.config.load import check
from digest.config.rules import identifier
from digest.config.schema import Config, Source
from digest.errors import Refused, UsageError
from digest.markup.addresses import canonical, host
from digest.markup.plain import word_set
from digest.pipeline.files import replace_file

_LONGEST_ID = 40
# What many sites call their feed, and nobody their source.
_SAYS_NOTHING = word_set(
    "articles atom blog blog-posts feed home latest news posts rss rss-feed updates"
)


class Taken:
    """The ids and addresses that sources.yaml has."""

    def __init__(self, config: Config) -> None:
        self._where = str(config.folder / "sources.yaml")
        self.ids = {source.id for source in config.sources}
        self.addresses = {
            canonical(address): source.id
            for source in config.sources
            if (address := web_address_of(source))
        }

    def refuse_address(self, url: str) -> None:
        """Refuse an address that is followed already."""
        if url and (known := self.addresses.get(canonical(url))):
            raise Refused(
                f"{url} is followed already, as {known!r}",
                where=self._where,
                cure=f"`digest sources show {known}` shows it.",
            )

    def refuse_id(self, source_id: str) -> None:
        """Refuse an id that is none, or another's."""
        try:
            identifier(source_id)
        except ValueError as problem:
            raise UsageError(f"{source_id!r}: {problem}") from problem
        if source_id in self.ids:
            raise Refused(
                f"the id {source_id!r} is taken", where=self._where, cure="Choose another: --id ID"
            )

    def name_for(self, title: str, url: str) -> str:
        """An id from what a source is called, else from its host, that is nobody else's."""
        made = _slug(title)
        if not made or made in _SAYS_NOTHING:
            labels = [one for one in host(url).split(".") if one != "www"]
            made = _slug("-".join(labels[:-1] or labels)) or "source"
        free = made
        for number in range(2, len(self.ids) + 3):
            if free not in self.ids:
                break
            free = f"{made}-{number}"
        return free


def web_address_of(source: Source) -> str:
    """The address that a source is followed at; empty for a query and for what is no address."""
    return str(getattr(source, "url", None) or getattr(source, "listing", None) or "")


def _slug(title: str) -> str:
    """A title as an id: lower-case letters, digits and hyphens, cut between words."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    if len(slug) > _LONGEST_ID:
        slug = slug[: _LONGEST_ID + 1].rpartition("-")[0] or slug[:_LONGEST_ID]
    return slug.strip("-")


def changed(path: Path, change: Callable[[str], str], *, dry_run: bool = False) -> str:
    """Replace sources.yaml by what `change` makes of it, once that is known to load.

    Raises:
        Refused: the file changed meanwhile.
        ConfigError: what comes of it would not load; the file is left as it is.
    """
    real = path.resolve()
    old = real.read_bytes().decode("utf-8")
    new = change(old)
    check(new.removeprefix("\ufeff"), path)
    if not dry_run and new != old:
        replace_file(real, new, expected=old)
    return new

"""Kind of source -> what fetches it.

The kinds that come with digest are named here by address and imported when first used; a kind that
is not among them is looked up among the installed packages' `digest.sources` entry points.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from digest.errors import ConfigError

if TYPE_CHECKING:
    from digest.fetch.kinds import Kind

BUILT_IN: dict[str, str] = {
    "feed": "digest.fetch.feed:FeedKind",
    "arxiv": "digest.fetch.arxiv:ArxivKind",
    "page": "digest.fetch.page:PageKind",
    "forum": "digest.fetch.forum:ForumKind",
    "mailbox": "digest.fetch.mailbox:MailboxKind",
}


@cache
def kind(name: str) -> Kind:
    """What fetches sources of this kind.

    Raises:
        ConfigError: no package that is installed knows the kind.
    """
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        made: Kind = getattr(import_module(module), attribute)()
        return made
    from importlib.metadata import entry_points

    for entry in entry_points(group="digest.sources", name=name):
        found: Kind = entry.load()()
        return found
    raise ConfigError(
        f"no installed package knows sources of kind {name!r}",
        cure=f"The kinds there are: {', '.join(BUILT_IN)}.",
    )

"""What a kind of source is, what it is given and what it gives back.

A kind fetches one source and returns values; it writes nothing. What is stored already comes to it
through `Known`, and what it found goes out as `Gathered`. `digest.fetch.run` brings the kinds
together, the pipeline stores what they found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from digest.errors import FetchError
from digest.model import Document, Item, SourceState

if TYPE_CHECKING:
    from digest.fetch.http import Http

SINCE = "since"
"""The memo's key for how far back a forum or a mailbox is read the next time, as an ISO time."""

TITLE = "title"
"""The memo's key for what the source calls itself."""

Way: TypeAlias = tuple[str, str, str]
"""How a source reported an item: `(item id, entry id, fingerprint)`."""


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item that is stored, and under which fingerprint each source last reported it."""

    item: Item
    fingerprints: Mapping[str, str]


class Known(Protocol):
    """What is stored already. Asked once or twice for each source that changed."""

    def __call__(self, item_ids: Sequence[str]) -> Mapping[str, KnownItem]:
        """The stored items among these ids, by id."""
        ...

    def at(self, source_id: str, urls: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The ids of the items that this source reported at these addresses, by address.

        It is how an entry is recognised whose guid changes while its link does not.
        """
        ...


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one fetch of one source brought.

    Attributes:
        state: What to remember of the source from now on.
        items: The items that are new or say something else than what is stored, as the source has
            them. They are merged with what is stored when they are applied and no sooner
            (`decide.merge`): two sources may bring one paper, and the later version must win.
        ways: To record for the items that this source reports for the first time or differently.
        documents: The answers that brought something.
        not_modified: The source had nothing that was not read before.
        seen, new, changed: How many entries the answer held, and what became of them.
        warnings: What a person should know; `decide.news` tells what the two states say besides.
    """

    source_id: str
    state: SourceState
    items: tuple[Item, ...] = ()
    ways: tuple[Way, ...] = ()
    documents: tuple[Document, ...] = ()
    not_modified: bool = False
    seen: int = 0
    new: int = 0
    changed: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A fetch that brought nothing, and why.

    `exchange` is the HTTP exchange as text, where there was one; `defect` says that the fault is
    the program's own, with the traceback in `exchange`.
    """

    source_id: str
    state: SourceState
    error: FetchError
    exchange: str = ""
    defect: bool = False


class Kind(Protocol):
    """Fetches sources of one kind."""

    async def gather(
        self, source: Any, state: SourceState, known: Known, http: Http, now: datetime
    ) -> Gathered:
        """Fetch the source and return what is new or changed in it.

        Raises:
            FetchError: it could not be fetched or read; the state stays as it was.
        """
        ...


KindOf: TypeAlias = Callable[[str], Kind]
"""The name of a kind -> what fetches it; `digest.registry.kind` is one."""

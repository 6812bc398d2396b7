"""The values that every stage passes on.

Frozen dataclasses and nothing else: no behaviour beyond what a value says of itself, no imports
outside the standard library. Times are timezone-aware and in UTC; addresses are absolute; `text`
is plain text with a blank line between paragraphs; `html` has been sanitised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

NOTHING: Mapping[str, str] = MappingProxyType({})


def _nothing() -> Mapping[str, str]:
    # a default by name would do from Python 3.12 on, where a mappingproxy can be hashed
    return NOTHING


# ---- what comes in


@dataclass(frozen=True, slots=True)
class Document:
    """What a fetch returned, as it was returned.

    `id` is derived from the source, the address and the body, so that the same answer fetched twice
    is one document. `body` is decoded of its transfer and content encodings, nothing more.
    """

    id: str
    source_id: str
    url: str
    final_url: str
    status: int
    media_type: str
    headers: Mapping[str, str]
    body: bytes
    fetched: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A link that an item's text holds, with the words that were linked."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """A reply under an item, where its source has a discussion."""

    id: str
    parent: str | None
    author: str
    posted: datetime | None
    karma: int | None
    text: str
    html: str


ItemKind = Literal["post", "paper", "page", "thread"]


@dataclass(frozen=True, slots=True)
class Item:
    """One post, paper or page.

    Attributes:
        id: Stable and readable: `SOURCE/xxxxxxxxxx`, a digest of the entry id; `arxiv:2606.01234`
            (no version) for every arXiv paper, whichever way it came.
        source_id: The source that reported it first.
        entry_id: What the source calls it.
        kind: `paper` for arXiv and PDF, `thread` for forum posts, `page` for pages found by a
            listing or added by hand, `post` for the rest.
        external_ids: What this item *is* elsewhere: `{"arxiv": …, "doi": …, "github": "owner/x"}`.
            What it merely links to stays in `links`.
        discusses: For a link post, the address it is about.
        note: A remark of the authors on the work itself, such as arXiv's comment field.
        karma: The score its forum gave it.
        comments: Its discussion, oldest first.
        fingerprint: A digest of what the source said, to tell an edit from a repetition. It does
            not cover text that was fetched separately as full text.
        via: The way in: `feed`, `arxiv-api`, `arxiv-listing`, `arxiv-oai`, `page`, `forum`,
            `mailbox`, `hand`.
    """

    id: str
    source_id: str
    entry_id: str
    url: str
    title: str
    kind: ItemKind = "post"
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    text: str = ""
    html: str = ""
    links: tuple[Link, ...] = ()
    external_ids: Mapping[str, str] = field(default_factory=_nothing)
    categories: tuple[str, ...] = ()
    discusses: str = ""
    note: str = ""
    karma: int | None = None
    comments: tuple[Comment, ...] = ()
    fingerprint: str = ""
    via: str = "feed"


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered of a source between fetches.

    `etag`, `last_modified` and `body_hash` belong to the last body that was stored, to no other.
    `failures` counts failed fetches since the last success; `failing_since` is the first of them.
    `memo` is the fetcher's own, by kind.
    """

    source_id: str
    url: str = ""
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    first_success: datetime | None = None
    last_success: datetime | None = None
    last_change: datetime | None = None
    last_attempt: datetime | None = None
    next_due: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    error: str = ""
    status: int | None = None
    retired: bool = False
    memo: Mapping[str, str] = field(default_factory=_nothing)


# ---- what is sorted


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a score.

    `kind` says what spoke (`keyword`, `description`, `category`, `neighbour`, …), `what` its words,
    `weight` how much of the score it moved, negative where it spoke against.
    """

    kind: str
    what: str
    weight: float


@dataclass(frozen=True, slots=True)
class Tag:
    """How much an item belongs to a theme: a probability in 0…1, and why."""

    item_id: str
    theme: str
    score: float
    chosen: bool
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """Items about the same thing.

    `id` is ten hexadecimal digits and never changes once given. `item_ids` begins with the primary
    source: the paper before the post, the post before the coverage. `joins` says for each further
    member why it is here, as `(item id, reason)`.
    """

    id: str
    title: str
    item_ids: tuple[str, ...]
    joins: tuple[tuple[str, str], ...] = ()
    themes: tuple[str, ...] = ()
    score: float = 0.0
    why: str = ""

    @property
    def primary(self) -> str:
        """The item id of the primary source."""
        return self.item_ids[0]


Verb = Literal["keep", "skip", "note", "retheme", "rename", "merge", "split", "undo"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the editor did to a story. Decisions are only ever appended."""

    id: int
    at: datetime
    story_id: str
    verb: Verb
    value: str = ""


# ---- what goes out


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters in a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Words taken verbatim from one version of an item's text."""

    text: str
    item_id: str = ""
    version: int = 0
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A source of a published entry as a reader would cite it, as it was when the issue went out.

    `outlet` is where it appeared; `comments` is how many replies it had, on a forum.
    """

    item_id: str
    title: str
    url: str
    authors: tuple[str, ...] = ()
    outlet: str = ""
    published: datetime | None = None
    comments: int = 0


@dataclass(frozen=True, slots=True)
class ReadMore:
    """One `**Read more:** [title](url) (venue, venue).` line."""

    title: str
    url: str
    venues: tuple[str, ...] = ()
    label: str = "Read more"


@dataclass(frozen=True, slots=True)
class Why:
    """The editor's "Why this matters": a thesis and the sentences that argue it.

    `label` is what it is called where that is not what its style calls it: "Why it matters".
    """

    thesis: str = ""
    text: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Tracked:
    """A row that an entry files in a tracker: a text for each of its columns."""

    tracker: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece in an issue. `key` is its story's id, or made from its headline without one.

    `sources` are known once it is published: what it quotes and links to, of all that is stored.
    """

    key: str
    headline: str
    kind: Literal["item", "essay"] = "item"
    tagline: str = ""
    body: str = ""
    why: Why = Why()
    read_more: tuple[ReadMore, ...] = ()
    quotes: tuple[Quote, ...] = ()
    links: tuple[Link, ...] = ()
    themes: tuple[str, ...] = ()
    extra: str = ""
    sources: tuple[Reference, ...] = ()
    tracked: tuple[Tracked, ...] = ()


@dataclass(frozen=True, slots=True)
class Coda:
    """What ends an issue: a short story, and what inspired it."""

    kind: Literal["tale"] = "tale"
    title: str = ""
    setting: str = ""
    text: str = ""
    inspired: tuple[str, ...] = ()
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """The days an issue speaks of: `start` counts, `end` does not; both at local midnight."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start.isoformat()}/{self.end.isoformat()}"


Status = Literal["draft", "scheduled", "published", "skipped"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One number of the newsletter, whole."""

    id: str
    number: int
    title: str
    parts: tuple[str, ...] = ()
    subtitle: str = ""
    date: date | None = None
    status: Status = "draft"
    window: Window | None = None
    welcome: str = ""
    entries: tuple[Entry, ...] = ()
    coda: Coda | None = None
    thanks: str = ""
    extra: str = ""
    front: Mapping[str, object] = field(default_factory=dict)

"""What an entry is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from digest.model import Item, ReadMore, Story


@dataclass(frozen=True, slots=True)
class Material:
    """A story with everything that is said of it.

    Attributes:
        story: The story; its id is the entry's key.
        items: Its items, the primary source first.
        versions: The number of each item's stored text, by item id.
        read_more: Where to read it, in plain text.
        source_names: What people call each source, by source id.
        title: The editor's own title for the story; empty where there is none.
        covered: Where it was covered before, as the editor would say it: `Import AI 431`.
        titles: What each source called its last items, by source id: what they share is its name.
    """

    story: Story
    items: tuple[Item, ...]
    versions: Mapping[str, int]
    read_more: ReadMore
    source_names: Mapping[str, str]
    covered: tuple[str, ...] = ()
    title: str = ""
    titles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceText:
    """One version of an item's text, for quotations to be verified in.

    `name` is what a message calls it: the item's title, or its source's name. `voices` are who
    speaks in it, its authors and its source; `url` is where it is read.
    """

    item_id: str
    version: int
    text: str
    name: str = ""
    voices: tuple[str, ...] = ()
    url: str = ""
    is_paper: bool = False

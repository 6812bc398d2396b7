"""A page that lists things and has no feed: which CSS selectors would read it, as far as shows.

A listing is what repeats: blocks alike in tag and class, each with one link whose words are worth
reading, often with a heading and a date. Every class and every place on the page proposes a
selector; the proposals are measured on what they select, and the best is taken.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from bs4 import BeautifulSoup, Tag

from digest.fetch.dates import read_date
from digest.markup.addresses import is_web, resolve
from digest.markup.plain import one_line, word_set

_BLOCKS = frozenset(
    {"article", "li", "div", "section", "tr", "a", "p", "dt", "dd", "h2", "h3", "h4"}
)
_FURNITURE = frozenset({"nav", "header", "footer", "aside", "form"})
_FURNITURE_WORDS = word_set(
    "breadcrumb breadcrumbs cookie cookies footer menu nav navbar navigation related sidebar widget"
)
_HEADINGS = ("h2", "h3", "h4", "h1", "h5")
_WHOLE = frozenset({"body", "html", "[document]"})
_CLASS = re.compile(r"[A-Za-z][\w-]*")
_FEW, _MANY, _MOST_PROPOSALS = 3, 400, 300
_WORTH_READING = 12
_LONGEST_DATE = 40
_MOST, _HALF = 0.8, 0.5


@dataclass(frozen=True, slots=True)
class Selectors:
    """What a source of kind `page` needs beside its address; None where the default will do."""

    item: str
    link: str = "a"
    title: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    """One block of a proposal, and what was found in it."""

    tag: Tag
    link: Tag
    url: str
    words: int
    rivals: int
    heading: bool
    date: bool


def guess(soup: BeautifulSoup, url: str) -> Selectors | None:
    """The selectors that read a page best; None where nothing on it looks like a list.

    Args:
        soup: The page.
        url: Its address, from which links count.
    """
    best: tuple[float, int, str] = (0.0, 0, "")
    found: list[_Block] = []
    look = _Look(url)
    for selector, tags in _proposals(soup):
        blocks = [block for tag in tags if (block := look.at(tag)) is not None]
        worth = _worth(tags, blocks)
        # of equals the outermost: a block that is its heading alone would lose the words below
        mark = (round(worth, 6), -sum(1 for _ in tags[0].parents), selector)
        if worth and mark[:2] > best[:2]:
            best, found = mark, blocks
    if not found:
        return None
    return Selectors(best[2], _link_selector(found), _title_selector(found), _date_selector(found))


# ---------------------------------------------------------------------------------------- proposals


def _proposals(soup: BeautifulSoup) -> Iterator[tuple[str, Sequence[Tag]]]:
    """Selectors with what they select, where that is some blocks and none inside another."""
    groups: defaultdict[str, list[Tag]] = defaultdict(list)
    for tag in soup.find_all(_BLOCKS):
        for selector in _names(tag):
            groups[selector].append(tag)
    proposed = 0
    for selector, tags in groups.items():
        if _FEW <= len(tags) <= _MANY and not _nested(tags) and not _is_furniture(tags):
            proposed += 1
            if proposed > _MOST_PROPOSALS:
                return
            yield selector, tags


def _names(tag: Tag) -> Iterator[str]:
    """The selectors by which a tag may be found: its own classes, or those of what it stands in."""
    if tag.name == "article":
        yield "article"
    for name in _classes(tag):
        yield f"{tag.name}.{name}"
    for distance, parent in enumerate(tag.parents):
        if parent.name in _WHOLE:
            return
        if place := _place(parent):
            yield f"{place}{' > ' if distance == 0 else ' '}{tag.name}"
            return


def _place(tag: Tag) -> str:
    """The selector of a tag that has a name of its own; empty for others."""
    if name := next(_classes(tag), ""):
        return f"{tag.name}.{name}"
    own = str(tag.get("id") or "")
    if _CLASS.fullmatch(own):
        return f"{tag.name}#{own}"
    return "main" if tag.name == "main" else ""


def _classes(tag: Tag) -> Iterator[str]:
    listed = tag.get("class")
    for name in listed if isinstance(listed, list) else []:
        if _CLASS.fullmatch(name):
            yield name


def _nested(tags: Sequence[Tag]) -> bool:
    members = {id(tag) for tag in tags}
    return any(id(parent) in members for tag in tags for parent in tag.parents)


def _is_furniture(tags: Sequence[Tag]) -> bool:
    inside = sum(any(map(_furnishes, tag.parents)) for tag in tags)
    return inside > len(tags) / 5


def _furnishes(tag: Tag) -> bool:
    """Whether a tag says of itself that it is no content: by its name, or a word of its class."""
    if tag.name in _FURNITURE:
        return True
    if tag.name in _WHOLE:
        return False
    said = " ".join([*_classes(tag), str(tag.get("id") or "")]).lower()
    return not _FURNITURE_WORDS.isdisjoint(re.split(r"[\s_-]+", said))


# ---------------------------------------------------------------------------------------- measuring


class _Look:
    """Looks at a block once, however many proposals it belongs to."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._seen: dict[int, _Block | None] = {}

    def at(self, tag: Tag) -> _Block | None:
        """What is in the block; None where it has no link that is worth reading."""
        if id(tag) not in self._seen:
            self._seen[id(tag)] = self._look(tag)
        return self._seen[id(tag)]

    def _look(self, tag: Tag) -> _Block | None:
        anchors = [tag] if tag.name == "a" else tag.find_all("a", href=True)
        links: dict[str, tuple[Tag, str]] = {}
        for anchor in anchors:
            url = resolve(self._url, str(anchor.get("href") or ""))
            words = _words(anchor)
            if is_web(url) and url.partition("#")[0] != self._url.partition("#")[0]:
                in_heading = any(one.name in _HEADINGS for one in (anchor, *anchor.parents))
                if url not in links or in_heading or len(words) > len(links[url][1]):
                    links[url] = anchor, words
        if not links:
            return None
        heading = tag.select_one(", ".join(_HEADINGS))
        primary = max(links, key=lambda url: (_heads(links[url][0], tag), len(links[url][1])))
        anchor, words = links[primary]
        spoken = max(len(words), len(_words(heading)) if heading else 0)
        if spoken < _WORTH_READING:
            return None
        rivals = sum(len(words) >= _WORTH_READING for _, words in links.values())
        dated = tag.find("time") is not None or next(_dates(tag), None) is not None
        has_heading = heading is not None or tag.name in _HEADINGS
        return _Block(tag, anchor, primary, spoken, max(1, rivals), has_heading, dated)


def _heads(anchor: Tag, block: Tag) -> bool:
    """Whether a link is, or holds, the block's heading."""
    if anchor.find(list(_HEADINGS)):
        return True
    for parent in anchor.parents:
        if parent.name in _HEADINGS:
            return True
        if parent is block:
            return False
    return False


def _worth(tags: Sequence[Tag], blocks: Sequence[_Block]) -> float:
    """How much a proposal looks like a list of things to read; 0 where it does not."""
    urls = {block.url for block in blocks}
    if len(urls) < _FEW or len(blocks) < _MOST * len(tags) or len(urls) < _MOST * len(blocks):
        return 0.0
    count = len(blocks)
    words = sum(min(block.words, 80) for block in blocks) / 80 / count
    headings = sum(block.heading for block in blocks) / count
    dates = sum(block.date for block in blocks) / count
    alone = sum(1 / block.rivals for block in blocks) / count
    return sqrt(count) * alone * (words + headings / 2 + dates)


# ---------------------------------------------------------------------------------------- selectors


def _link_selector(blocks: Sequence[_Block]) -> str:
    """What finds each block's link: by its heading, else the first link, else by its class."""
    classes = Counter(name for block in blocks for name in _classes(block.link))
    proposals = [f"{name} a" for name in _HEADINGS]
    proposals += ["a", *(f"a.{name}" for name, _ in classes.most_common(5))]

    def finds(selector: str) -> Callable[[_Block], bool]:
        def check(block: _Block) -> bool:
            first = block.tag.select_one(selector)
            own = block.tag.name == "a" and selector == "a"
            return own or (first is not None and first.get("href") == block.link.get("href"))

        return check

    return next((one for one in proposals if _share(blocks, finds(one)) >= _MOST), "a")


def _title_selector(blocks: Sequence[_Block]) -> str | None:
    """What finds each block's title, where the link's own words are not it."""
    for name in _HEADINGS:
        if sum(block.tag.find(name) is not None for block in blocks) >= _MOST * len(blocks):
            return name
    if _share(blocks, lambda block: block.link.find(True) is not None) < _HALF:
        return None
    titled = Counter(
        f".{name}"
        for block in blocks
        for tag in block.tag.find_all(class_=True)
        for name in set(_classes(tag))
        if "title" in name.lower() or "headline" in name.lower()
    )
    return next((name for name, uses in titled.most_common() if uses >= _MOST * len(blocks)), None)


def _date_selector(blocks: Sequence[_Block]) -> str | None:
    if _share(blocks, lambda block: block.tag.find("time") is not None) >= _HALF:
        return "time"
    named = Counter(name for block in blocks for name in set(_dates(block.tag)))
    return next((name for name, uses in named.most_common(1) if uses >= _HALF * len(blocks)), None)


def _dates(block: Tag) -> Iterator[str]:
    """The selectors of what reads as a date in a block."""
    for tag in block.find_all(True, limit=60):
        if tag.find(True) is None and tag.name != "a" and _is_date(_words(tag)):
            named = [f"{tag.name}.{name}" for name in _classes(tag)]
            yield from named or [tag.name]


def _is_date(words: str) -> bool:
    if not 6 <= len(words) <= _LONGEST_DATE or not re.search(r"\d{4}|\d\d?[./]\d", words):
        return False
    return read_date(words) is not None


def _share(blocks: Sequence[_Block], holds: Callable[[_Block], bool]) -> float:
    return sum(map(holds, blocks)) / len(blocks)


def _words(tag: Tag) -> str:
    return one_line(tag.get_text(" "))

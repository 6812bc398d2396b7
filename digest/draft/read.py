"""A draft read back: the issue it holds, and where in the file each part stands."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from ruamel.yaml.comments import CommentedMap

from digest.draft.anatomy import heading_of, newlines, read_entry
from digest.draft.blocks import Block, Blocks, cut, lines_of
from digest.draft.faults import Fault
from digest.draft.front import Front, load_front
from digest.draft.parts import links_in, quotes_in
from digest.draft.rows import without_rows
from digest.draft.sections import Role, Section, sections
from digest.draft.style import DEFAULT, Style, style_named
from digest.draft.tale import read_tale
from digest.errors import DraftError, at
from digest.model import Entry, Issue

_TITLE = re.compile(r"(?P<name>[^:]*\d[^:]*):\s*(?P<parts>.+)")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that was read.

    Attributes:
        path: What to call the file in messages.
        text: The file, exactly.
        issue: What it says.
        front: Its front matter, with comments and order.
        blocks: The file in blocks; their texts joined are the file.
        sections: The parts in the order they stand.
        lookalikes: Markers inside lines, which mark nothing.
        style: The style it was read in.
    """

    path: str
    text: str
    issue: Issue
    front: CommentedMap
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    lookalikes: tuple[Fault, ...]
    style: Style

    def section(self, key: str) -> Section | None:
        """Where the entry of that key stands."""
        return next((section for section in self.sections if section.key == key), None)


def read(markdown: str, path: str = "draft.md", style: Style | None = None) -> Draft:
    """Reads a draft.

    Args:
        markdown: The file's text, with whatever line ends it has.
        path: What to call it in errors.
        style: How its entries are dressed; where not given, the front matter's `style` says it.

    Raises:
        DraftError: it is damaged, with the line and what to do: front matter that is missing or
            not YAML, a marker that is unclosed, nested, repeated or misspelt.
    """
    front = load_front(markdown, path)
    blocks = cut(markdown)
    _refuse_damage(blocks, path)
    values = Front(front, path)
    style = style or style_named(values.text("style") or DEFAULT)
    found = tuple(_numbered(sections(blocks.blocks)))
    title = values.text("title", required=True)
    issue = Issue(
        id=values.text("issue", required=True),
        number=values.number("number"),
        title=title,
        parts=parts_of(title),
        subtitle=values.text("subtitle"),
        date=values.day("date"),
        status=values.status(),
        window=values.window(),
        welcome=_joined(found, "welcome"),
        entries=tuple(_entry(section, style) for section in found if section.role == "entry"),
        coda=next((read_tale(each.text) for each in found if each.role == "coda"), None),
        thanks=_joined(found, "thanks"),
        extra=_joined(found, "extra"),
        front=front,
    )
    return Draft(path, markdown, issue, front, blocks.blocks, found, blocks.lookalikes, style)


def parts_of(title: str) -> tuple[str, ...]:
    """The parts of a title such as `Import AI 437: one thing; another; a third`."""
    match = _TITLE.fullmatch(title)
    if not match:
        return ()
    return tuple(part for part in (each.strip() for each in match["parts"].split(";")) if part)


def key_from(headline: str, body: str, taken: Collection[str]) -> str:
    """A key for an entry that has no story: its headline's words, else a digest of its text."""
    plain = unicodedata.normalize("NFKD", headline).encode("ascii", "ignore").decode()
    plain = plain.replace("'", "").lower()
    words = _NOT_SLUG.sub("-", plain).strip("-")
    key = words if len(words) <= 40 else words[:41].rpartition("-")[0]
    key = key or "own-" + hashlib.sha256(f"{headline}\n{body}".encode()).hexdigest()[:8]
    number = 2
    unique = key
    while unique in taken:
        unique = f"{key}-{number}"
        number += 1
    return unique


def _refuse_damage(blocks: Blocks, path: str) -> None:
    faults = blocks.faults
    if not faults:
        return
    first = faults[0]
    more = f" (and {len(faults) - 1} more like it)" if len(faults) > 1 else ""
    raise DraftError(f"{first.message}{more}", where=at(path, first.line), cure=first.cure)


def _numbered(parts: Iterator[Section]) -> Iterator[Section]:
    """Gives every entry without markers a key of its own."""
    found = list(parts)
    taken = {section.key for section in found if section.key}
    for section in found:
        if section.role != "entry" or section.marked:
            yield section
            continue
        text = newlines(section.text).strip()
        heading = heading_of(lines_of(text)[0]) or ""
        key = key_from(heading, text, taken)
        taken.add(key)
        yield replace(section, key=key)


def _entry(section: Section, style: Style) -> Entry:
    marker = section.marker
    text, tracked = without_rows(section.text)
    entry = read_entry(
        text,
        style,
        key=section.key,
        kind=marker.attributes.get("kind", "item") if marker else "",
        themes=marker.themes if marker else (),
    )
    words = "\n\n".join(filter(None, [entry.body, entry.why.text]))
    return replace(entry, quotes=quotes_in(entry.body), links=links_in(words), tracked=tracked)


def _joined(parts: Sequence[Section], role: Role) -> str:
    texts = (newlines(each.text).strip() for each in parts if each.role == role)
    return "\n\n".join(texts)

"""Reads the Markdown of one entry into its parts.

Every word has a place: what is none of the known parts stays in the body, the why, or `extra`.
The forms that people use are accepted (a headline in bold, a colon inside or outside the stars, a
thesis after a hyphen, a dash or a colon); `write` gives them back in one form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from digest.draft.blocks import Line, lines_of
from digest.draft.oneline import read_line
from digest.draft.references import begins_reference, read_reference
from digest.draft.style import Style
from digest.model import Entry, ReadMore, Why

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<text>\S.*?)[ \t]*#*[ \t]*")
_BOLD_LINE = re.compile(
    r"[ \t]*(?:\*\*|__)(?P<text>(?:(?!\*\*|__).)+)(?:\*\*|__)(?P<colon>:?)[ \t]*"
)
_ITALIC_LINE = re.compile(r"[ \t]*(?P<mark>[*_]?)(?P<text>(?![*_ ]).*?\S)(?P=mark)[ \t]*")
_DOTTED = re.compile(r"(?:…|\.{3})(?P<text>.+?)(?:…|\.{3})")
_HALF_DOTTED = re.compile(r"^(?:…|\.{3})|(?:…|\.{3})$")
_ESSAY = re.compile(r"import\s+a-idea\b", re.IGNORECASE)
# How else the editor's judgement is headed: "Why it matters", "Why we should care".
ASKS = (
    r"(?:why\b(?:(?!\b(?:matters?|important|care)\b)[^*\n:.?!–—]){0,40}"
    r"\b(?:matters?|important|care)|so what)\b\??"
)
_BELOW_LINE = Style("", ("headline", "body"), {"why": "Why this matters"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph, or a labelled part of one, and where it starts in its text."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


def read_entry(
    text: str, style: Style, *, key: str, kind: str = "", themes: Sequence[str] = ()
) -> Entry:
    """The parts of one entry; its quotes and links are left to `read`.

    Args:
        text: What stands between its markers, or between two rules.
        style: Which labels to look for.
        key: Its key.
        kind: `item` or `essay`; where empty, the headline decides.
        themes: Its themes.
    """
    text = newlines(text)
    if style.one_line and (line := _read_one_line(text, key)):
        return replace(line, kind="essay" if kind == "essay" else "item", themes=tuple(themes))
    headline, tagline, start = _head(text)
    labels = {
        part: _label_pattern(style.labels[part])
        for part in ("why", "extra")
        if part in style.labels
    }
    found = units(text[start:], tuple(labels.values()))
    if "why" in labels and not any(labels["why"].match(unit.text) for unit in found):
        labels["why"], found = _otherwise(labels["why"], text[start:], found)
    cuts = _cuts(found, labels)
    body = _slice(text[start:], found[: min(cuts.values(), default=len(found))])
    why = _why(_part("why", text[start:], found, cuts), labels.get("why"), style)
    extra = _unlabelled(_part("extra", text[start:], found, cuts), labels.get("extra"))
    references, rest = _references(found[cuts["references"] :] if "references" in cuts else [])
    is_essay = kind == "essay" or (not kind and _ESSAY.search(headline))
    return Entry(
        key=key,
        headline=headline,
        kind="essay" if is_essay else "item",
        tagline=tagline,
        body=_unlabelled(
            body, _label_pattern(style.labels["body"]) if "body" in style.labels else None
        ),
        why=why,
        read_more=references,
        themes=tuple(themes),
        extra="\n\n".join(filter(None, [extra, rest])),
    )


def _read_one_line(text: str, key: str) -> Entry | None:
    """An entry of a one-line style: the line, and what an editor wrote below it."""
    lines = [line for line in lines_of(text) if not line.blank]
    if not lines or _HEADING.fullmatch(lines[0].bare):
        return None
    headline, body, references = read_line(lines[0].bare.strip())
    rest = lines[0].start + len(lines[0].text)
    tagline = _tagline(lines[1]) if len(lines) > 1 else None
    if tagline is not None:
        rest = lines[1].start + len(lines[1].text)
    below = read_entry(text[rest:], _BELOW_LINE, key=key)
    more = [body, below.body]
    return replace(
        below,
        headline=headline,
        tagline=tagline or "",
        body="\n\n".join(filter(None, more)),
        read_more=(*references, *below.read_more),
    )


def newlines(text: str) -> str:
    r"""The text with `\n` for every line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def units(text: str, labels: Sequence[re.Pattern[str]] = ()) -> list[Unit]:
    """The paragraphs of a text, parted also where a labelled line begins; fences stay whole."""
    groups: list[list[Line]] = [[]]
    for line in lines_of(text):
        if line.blank and not line.fenced:
            groups.append([])
            continue
        if not line.fenced and _is_labelled(line.text, labels):
            groups.append([])
        groups[-1].append(line)
    return [
        Unit("".join(line.text for line in group).rstrip(), group[0].start)
        for group in groups
        if group
    ]


def _is_labelled(line: str, labels: Sequence[re.Pattern[str]]) -> bool:
    if not line.lstrip().startswith("**"):
        return False
    is_reference = begins_reference(line) or read_reference(line) is not None
    return is_reference or any(label.match(line) for label in labels)


def heading_of(line: Line) -> str | None:
    """The words of a heading: `## words`, or a line that is bold from end to end."""
    if line.fenced:
        return None
    if match := _HEADING.fullmatch(line.bare):
        return match["text"].strip()
    if match := _BOLD_LINE.fullmatch(line.bare):
        return f"{match['text'].strip()}{match['colon']}"
    return None


def _head(text: str) -> tuple[str, str, int]:
    """Headline, tagline, and where the rest starts."""
    lines = [line for line in lines_of(text) if not line.blank]
    headline = heading_of(lines[0]) if lines else None
    if headline is None:
        return "", "", 0
    after = lines[0].start + len(lines[0].text)
    tagline = _tagline(lines[1]) if len(lines) > 1 else None
    if tagline is None or (lines[1].start > after and not _has_dots(lines[1])):
        return headline, "", after
    return headline, tagline, lines[1].start + len(lines[1].text)


def _tagline(line: Line) -> str | None:
    """The tagline that a line is: in italics, or between ellipses, or both."""
    if line.fenced or not (match := _ITALIC_LINE.fullmatch(line.bare)):
        return None
    words = match["text"].strip()
    dotted = _DOTTED.fullmatch(words)
    if not match["mark"] and not dotted:
        return None
    return dotted["text"].strip() if dotted else _HALF_DOTTED.sub("", words).strip()


def _has_dots(line: Line) -> bool:
    """Whether a line says that it is a tagline: below a gap, one in italics may be a paragraph."""
    return _HALF_DOTTED.search(line.bare.strip(" \t*_")) is not None


def _label_pattern(label: str) -> re.Pattern[str]:
    """A labelled part: the label in bold, perhaps a thesis after a dash, then the text."""
    return _labelled_by(re.escape(label))


@cache
def _labelled_by(label: str) -> re.Pattern[str]:
    return re.compile(
        rf"\s*\*\*\s*(?P<label>{label})\s*"
        r"(?:(?:(?:[-–—]+|[:,])\s*|(?=\()|(?<=\s)(?=(?:and|for)\b))(?P<thesis>(?:(?!\*\*|\n\s*\n).)+?))?\s*:?\s*\*\*\s*:?(?P<text>.*)",
        re.IGNORECASE | re.DOTALL,
    )


def _otherwise(
    label: re.Pattern[str], text: str, found: list[Unit]
) -> tuple[re.Pattern[str], list[Unit]]:
    """Where the why bears no label of the style: the last part that is headed like one."""
    loose = _labelled_by(ASKS)
    heads = [unit for unit in units(text, (loose,)) if loose.match(unit.text)]
    if not heads:
        return label, found
    head = loose.match(heads[-1].text)
    last = _label_pattern(head["label"]) if head else label
    only = [unit for unit in units(text, (last,)) if last.match(unit.text)]
    return (last, units(text, (last,))) if len(only) == 1 else (label, found)


def _cuts(found: Sequence[Unit], labels: dict[str, re.Pattern[str]]) -> dict[str, int]:
    """Where each part behind the body begins, as an index into the units."""
    cuts: dict[str, int] = {}
    for index, unit in enumerate(found):
        for part, label in labels.items():
            if part not in cuts and label.match(unit.text):
                cuts[part] = index
    start = max(cuts.values(), default=-1) + 1
    first = _first_reference(found, start)
    if first is not None:
        cuts["references"] = first
    return cuts


def _first_reference(found: Sequence[Unit], start: int) -> int | None:
    """The first of the references that lead to "Read more", or to the end where it is missing."""
    for index in range(start, len(found)):
        if begins_reference(found[index].text):
            break
    else:
        index = len(found)
    while index > start and read_reference(found[index - 1].text):
        index -= 1
    return index if index < len(found) else None


def _part(name: str, text: str, found: Sequence[Unit], cuts: dict[str, int]) -> str:
    if name not in cuts:
        return ""
    end = min((cut for cut in cuts.values() if cut > cuts[name]), default=len(found))
    return _slice(text, found[cuts[name] : end])


def _slice(text: str, found: Sequence[Unit]) -> str:
    return text[found[0].start : found[-1].end] if found else ""


def _why(text: str, label: re.Pattern[str] | None, style: Style) -> Why:
    match = label.fullmatch(text) if label else None
    if not match:
        return Why()
    thesis = (match["thesis"] or "").strip().removesuffix(":").rstrip().lstrip("-–— ")
    said = " ".join(match["label"].split())
    own = said.casefold() == style.why_label.casefold()
    return Why(thesis, match["text"].strip(), "" if own else said)


def _unlabelled(text: str, label: re.Pattern[str] | None) -> str:
    match = label.fullmatch(text) if label else None
    return match["text"].strip() if match else text


def _references(found: Sequence[Unit]) -> tuple[tuple[ReadMore, ...], str]:
    """The references, and what stands among and behind them."""
    references: list[ReadMore] = []
    rest: list[str] = []
    for unit in found:
        reference = read_reference(unit.text)
        if reference:
            references.append(reference)
        else:
            rest.append(unit.text)
    return tuple(references), "\n\n".join(rest)

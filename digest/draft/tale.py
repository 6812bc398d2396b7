"""The coda: a short story under "Tech Tales", and what inspired it. Read and written."""

from __future__ import annotations

import re

from digest.draft.anatomy import Unit, heading_of, newlines, units
from digest.draft.blocks import Line, lines_of
from digest.draft.slots import is_slot, slot
from digest.model import Coda

HEADING = "Tech Tales:"
INSPIRED = "Things that inspired this story"

_HEADING = re.compile(r"tech\s+tales?\s*:?", re.IGNORECASE)
_SETTING = re.compile(
    r"(?:(?P<mark>\*{1,3}|_)(?P<words>(?!\*).+?)(?P=mark)|(?P<bare>\\?\[[^\]\n]+\\?\]))"
)
_INSPIRED = re.compile(
    r"\s*\*\*\s*things\s+that\s+inspired\s+th(?:is|e)(?:\s+(?:story|tale))?\s*(?::\s*\*\*|\*\*\s*:|\*\*)"
    r"(?P<text>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SENTENCE_END = (".", "!", "?", "…", "]]")


def empty_tale() -> Coda:
    """A coda in which everything awaits the editor."""
    return Coda(
        title=slot("title", "the story's name"),
        setting=slot("setting", "when or where, such as 2033"),
        text=slot("tale", "the story; delete this whole part in a week without one"),
        inspired=(slot("inspired", "what led to it; one thing after another, with semicolons"),),
    )


def is_tale_heading(line: Line) -> bool:
    """Whether a line begins the coda."""
    words = heading_of(line)
    return words is not None and _HEADING.fullmatch(words) is not None


def write_tale(coda: Coda) -> str:
    """The coda in Markdown, its heading first; a part without text is left out."""
    parts = [f"## {HEADING}"]
    if coda.title:
        parts.append(f"**{coda.title}**")
    if coda.setting:
        parts.append(f"*{coda.setting}*")
    parts.append(coda.text)
    if coda.inspired:
        things = "; ".join(coda.inspired)
        stop = "" if things.endswith(_SENTENCE_END) else "."
        parts.append(f"**{INSPIRED}:** {things}{stop}")
    parts.append(coda.extra)
    return "\n\n".join(filter(None, parts))


def read_tale(text: str) -> Coda:
    """The coda from its Markdown, which begins with its heading."""
    text = newlines(text)
    lines = lines_of(text)
    start = next((len(line.text) + line.start for line in lines if is_tale_heading(line)), 0)
    body = text[start:]
    found = units(body, (_INSPIRED,))
    title, found = _title(body, found)
    setting, found = _setting(found)
    cut = next((i for i, unit in enumerate(found) if _INSPIRED.fullmatch(unit.text)), len(found))
    story = body[found[0].start : found[cut - 1].end] if cut else ""
    inspired = _INSPIRED.fullmatch(found[cut].text) if cut < len(found) else None
    things, cut = _things(inspired, found, cut)
    extra = body[found[cut].start : found[-1].end] if cut < len(found) else ""
    return Coda(title=title, setting=setting, text=story, inspired=things, extra=extra)


def _title(text: str, found: list[Unit]) -> tuple[str, list[Unit]]:
    """The first line, where it is bold or a heading; the setting may follow on the next line."""
    if not found:
        return "", found
    first = lines_of(found[0].text)
    words = heading_of(first[0])
    if words is None or _INSPIRED.fullmatch(found[0].text):
        return "", found
    rest = found[0].start + len(first[0].text)
    if rest >= found[0].end:
        return words, found[1:]
    return words, [Unit(text[rest : found[0].end], rest), *found[1:]]


def _setting(found: list[Unit]) -> tuple[str, list[Unit]]:
    if not found or not (match := _SETTING.fullmatch(found[0].text.strip())):
        return "", found
    words = match["words"] or match["bare"]
    in_bold = match["mark"] == "**" and not words.startswith(("[", "\\["))
    if "**" in words or "\n\n" in words or in_bold:
        return "", found
    return words.replace("\\[", "[").replace("\\]", "]").strip(), found[1:]


def _things(
    inspired: re.Match[str] | None, found: list[Unit], cut: int
) -> tuple[tuple[str, ...], int]:
    """The list of things, from the labelled paragraph or, where that is a label alone, the next."""
    if inspired is None:
        return (), cut
    text, cut = inspired["text"].strip(), cut + 1
    if not text and cut < len(found) and not found[cut].text.startswith("**"):
        text, cut = found[cut].text, cut + 1
    if is_slot(text):
        return (text,), cut
    things = (" ".join(thing.split()) for thing in text.removesuffix(".").split(";"))
    return tuple(thing for thing in things if thing), cut

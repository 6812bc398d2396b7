"""Plain text of an issue, one paragraph on each line, as Markdown with its labels in bold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from digest.markup.escape import escape

_TAGLINE = re.compile(r"(?:…|\.{3})\s*(?P<words>.+?)\s*(?:…|\.{3})")
_WHY = re.compile(
    r"Why (?:this|it|that) matters\s*(?:(?P<mark>[-–—:])\s*(?P<rest>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_THESIS = re.compile(
    r"(?P<thesis>[^.:!?]{3,160}(?:\([^()]*\)[^.:!?]*)?[?!]?):\s+(?P<text>.*)", re.DOTALL
)
_LABEL = re.compile(
    r"(?P<label>(?:Read (?:more|it|the)|Find out more|Get the|Check out|Watch|See|Download"
    r"|More (?:info(?:rmation)?|here|details))[^:.]{0,50}):\s*(?P<text>.+)",
    re.DOTALL,
)
_TALES = re.compile(r"Tech Tales?\s*:?", re.IGNORECASE)
_INSPIRED = re.compile(
    r"(?P<label>Things that inspired this (?:story|tale))\s*:\s*(?P<text>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SETTING = re.compile(r"\[[^\[\]]{2,60}\]")
_USAGE = re.compile(r"(?P<label>AI usage)\s*:\s*(?P<text>.*)", re.IGNORECASE | re.DOTALL)
_RULE = re.compile(r"(?:\*\s*){3,}|-{3,}|_{3,}|~{3,}|(?:\s*\*){3,}")
_LONGEST_TITLE = 14


def from_plain(text: str) -> str:
    """Markdown of a plain text; every line is a paragraph, and nothing in it is markup yet."""
    lines = [" ".join(line.split()) for line in text.replace("\r", "\n").split("\n")]
    lines = [line for line in lines if line]
    return "\n\n".join(_paragraphs(lines)) + "\n"


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    index = 0
    while index < len(lines):
        line = lines[index]
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if _RULE.fullmatch(line):
            yield "***"
        elif index == 0:
            yield f"# {escape(line)}"
        elif (tagline := _TAGLINE.fullmatch(following)) and not _TAGLINE.fullmatch(line):
            yield f"**{escape(line)}**\n*…{escape(tagline['words'])}…*"
            index += 1
        elif _TALES.fullmatch(line):
            yield "## Tech Tales:"
            taken, dressed = _tale_head(lines[index + 1 : index + 3])
            yield from dressed
            index += taken
        else:
            yield _dressed(line)
        index += 1


def _tale_head(lines: Sequence[str]) -> tuple[int, list[str]]:
    """A story's title and setting, and how many lines they took."""
    dressed: list[str] = []
    for line in lines:
        if _SETTING.fullmatch(line):
            return len(dressed) + 1, [*dressed, f"*{line}*"]
        if dressed or len(line.split()) > _LONGEST_TITLE or line.endswith("."):
            break
        dressed.append(f"**{escape(line)}**")
    return len(dressed), dressed


def _dressed(line: str) -> str:
    """A line with the label it begins with in bold, if it begins with one."""
    if why := _WHY.fullmatch(line):
        return _why(why)
    for pattern in (_INSPIRED, _USAGE, _LABEL):
        if match := pattern.fullmatch(line):
            return f"**{escape(match['label'])}:** {escape(match['text'])}".rstrip()
    return escape(line)


def _why(match: re.Match[str]) -> str:
    """The thesis is what stands before the next colon, unless a sentence ends before that."""
    rest = match["rest"] or ""
    if thesis := _THESIS.fullmatch(rest):
        return f"**Why this matters - {escape(thesis['thesis'])}:** {escape(thesis['text'])}"
    if match["mark"] == ":" or not rest:
        return f"**Why this matters:** {escape(rest)}".rstrip()
    return f"**Why this matters - {escape(rest)}:**"

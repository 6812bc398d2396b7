"""Plain text of an issue, one paragraph on each line, as Markdown with its labels in bold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from digest.draft.archive.labels import dressed
from digest.markup.escape import escape

_TAGLINE = re.compile(r"(?:…|\.{3})\s*(?P<words>.+?)\s*(?:…|\.{3})")
_TALES = re.compile(r"Tech Tales?\s*:?", re.IGNORECASE)
_SETTING = re.compile(r"\[[^\[\]]{2,60}\]")
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
            taken, head = _tale_head(lines[index + 1 : index + 3])
            yield from head
            index += taken
        else:
            yield dressed(escape(line))
        index += 1


def _tale_head(lines: Sequence[str]) -> tuple[int, list[str]]:
    """A story's title and setting, and how many lines they took."""
    found: list[str] = []
    for line in lines:
        if _SETTING.fullmatch(line):
            return len(found) + 1, [*found, f"*{line}*"]
        if found or len(line.split()) > _LONGEST_TITLE or line.endswith("."):
            break
        found.append(f"**{escape(line)}**")
    return len(found), found

"""Plain text of an issue, one paragraph on each line, as Markdown with its labels in bold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from digest.draft.archive.labels import dressed
from digest.markup.escape import escape

_DOTS = r"(?:[.…]*…[.…]*|\.{2,})"
_TAGLINE = re.compile(rf"{_DOTS}\s*(?P<words>.+?)\s*{_DOTS}")
_ESSAY = re.compile(r"Import A-Idea\b.{0,160}", re.IGNORECASE)
_WELCOME = re.compile(r"Welcome to\b")
_TALES = re.compile(r"Tech Tales?\s*:?", re.IGNORECASE)
_SETTING = re.compile(r"\[[^\[\]]{2,60}\]")
_RULE = re.compile(r"(?:\*\s*){3,}|-{3,}|_{3,}|~{3,}|(?:\s*\*){3,}")
_LONGEST_TITLE = 14
_LONGEST_HEADLINE = 45


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
        elif _ESSAY.fullmatch(line) or _is_headline(line, lines[index - 1]):
            yield f"**{escape(line)}**"
        elif _TALES.fullmatch(line):
            yield "## Tech Tales:"
            taken, head = _tale_head(lines[index + 1 : index + 3])
            yield from head
            index += taken
        else:
            yield dressed(escape(line))
        index += 1


def _is_headline(line: str, before: str) -> bool:
    """Whether a line without a tagline is a headline: it ends in a colon where an item begins."""
    begins = _RULE.fullmatch(before) is not None or _WELCOME.match(before) is not None
    return begins and line.endswith(":") and 3 <= len(line.split()) <= _LONGEST_HEADLINE


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

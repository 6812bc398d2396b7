"""Emphasis as converters leave it, in one way: `**bold**`, `*italic*`, none over a line end.

Converters put spaces inside the marks, cut one emphasis into several, close it on the line below,
or nest the two kinds. Here the marks are read as switches, and written anew around the same words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_TOKEN = re.compile(
    r"(?P<rule>^[ \t]*(?:\\?[*_-][ \t]*){3,}$)"
    r"|(?P<keep>^[ \t]*[*+-][ \t]+|\\.|`[^`\n]+`"
    r"|\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:[ \t]+\"[^\"\n]*\")?\)|<https?:[^<>\s]*>"
    r"|https?://[^\s*<>\[\]()]+|[^\S\n]\*(?=[^\S\n])|(?<=\d)\*(?=\d))"
    r"|(?P<mark>\*{1,6}|(?<![\w\\])_{1,3}(?=\S)|(?<=[^\s\\])_{1,3}(?!\w))"
    r"|(?P<end>\n)|(?P<text>[^\s*_\\`\[\]()<>h]+|[^\n])",
    re.MULTILINE,
)
_LEAD = re.compile(r"\s*(?:[.,;]\s+(?=\w))?")
_DASH = re.compile(r"\s*[-–—]\s*")
_WHY = re.compile(r"\s*why\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Run:
    """Words of one line in one dress."""

    text: str
    bold: bool
    italic: bool

    @property
    def dress(self) -> tuple[bool, bool]:
        """Whether it is bold, and in italics."""
        return self.bold, self.italic


def evened(paragraph: str) -> str:
    """A paragraph with its emphasis in one form; where a mark is left open, its sound lines are."""
    if "*" not in paragraph and "_" not in paragraph:
        return paragraph
    if (whole := _read(paragraph)) is not None:
        return "\n".join(map(_written, whole))
    lines = paragraph.split("\n")
    if len(lines) == 1:
        return paragraph
    return "\n".join(map(evened, lines))


def _read(text: str) -> list[list[_Run]] | None:
    """The runs of each line; None where an emphasis is not closed."""
    lines: list[list[_Run]] = [[]]
    bold = italic = False
    for token in _TOKEN.finditer(text):
        if token["end"]:
            lines.append([])
        elif token["mark"]:
            count = len(token[0])
            if count == 4 and text[token.end() : token.end() + 1] in ("", "\n"):
                count = 2  # an emphasis of nothing behind the last words
            bold ^= count in (2, 3, 6)
            italic ^= count in (1, 3, 5)
        else:
            runs = lines[-1]
            if runs and runs[-1].dress == (bold, italic):
                runs[-1] = replace(runs[-1], text=runs[-1].text + token[0])
            else:
                runs.append(_Run(token[0], bold, italic))
    return None if bold or italic else lines


def _written(runs: Sequence[_Run]) -> str:
    """A line: bold outside, italics inside it; one that is all bold neither begins nor ends so."""
    runs = _joined(runs)
    words = [run for run in runs if run.text.strip()]
    at_ends = bool(words) and (words[0].italic or words[-1].italic)
    if at_ends and all(run.bold for run in words) and not all(run.italic for run in words):
        runs = _joined([replace(run, italic=False) for run in runs])
    pieces: list[str] = []
    index = 0
    while index < len(runs):
        if not runs[index].bold:
            pieces.append(_marked(runs[index].text, "*" if runs[index].italic else ""))
            index += 1
            continue
        inside = []
        while index < len(runs) and runs[index].bold:
            inside.append(_marked(runs[index].text, "*" if runs[index].italic else ""))
            index += 1
        pieces.append(_marked("".join(inside), "**"))
    return "".join(pieces)


def _joined(runs: Sequence[_Run]) -> list[_Run]:
    """Runs of one dress that only a space parts, or a dash in a why, as one."""
    found: list[_Run] = []
    is_why = bool(runs) and _WHY.match(runs[0].text) is not None
    for index, run in enumerate(runs):
        dress = run.dress
        following = runs[index + 1] if index + 1 < len(runs) else None
        between = found and following and found[-1].dress == following.dress
        is_gap = not run.text.strip() or (is_why and _DASH.fullmatch(run.text))
        if between and is_gap and found[-1].dress != (False, False):
            dress = found[-1].dress
        elif not run.text.strip():
            dress = (False, False)
        if found and found[-1].dress == dress:
            found[-1] = replace(found[-1], text=found[-1].text + run.text)
        else:
            found.append(_Run(run.text, *dress))
    return found


def _marked(text: str, mark: str) -> str:
    if not mark or not text.strip():
        return text
    # what ends the words before it stands outside, as the spaces do
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    end = len(text.rstrip())
    return f"{text[:start]}{mark}{text[start:end]}{mark}{text[end:]}" if start < end else text

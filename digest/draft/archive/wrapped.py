"""Text that was wrapped at a width: lines joined again where only the width had parted them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_WIDEST = 120  # of a text that is wrapped; what is wider has its paragraphs on one line each
_NARROWEST = 50
_FEWEST = 8  # lines that say so
_BLOCK = re.compile(r"[ \t]*(?:#{1,6}[ \t]|>|[-*+•][ \t]|\d{1,3}[.)][ \t]|\||`{3}|~{3}|<!--)")
_RULE = re.compile(r"[ \t]*(?:\\?[*_-][ \t]*){3,}")
_HARD = re.compile(r"(?: {2,}|\\)$")


def unwrapped(text: str) -> str:
    """The text with a line for each paragraph, where it was wrapped; else as it is.

    A line was parted from the next by the width alone if the next one's first word would not have
    fitted on it. Other line ends were meant, and stay.
    """
    lines = text.split("\n")
    width = _width(lines)
    if not width:
        return text
    joined: list[str] = []
    previous = ""
    for line in lines:
        if joined and _was_parted(previous, line, width):
            joined[-1] = f"{joined[-1].rstrip()} {line.lstrip()}"
        else:
            joined.append(line)
        previous = line
    return "\n".join(joined)


def _width(lines: Sequence[str]) -> int:
    """The width that a text is wrapped at; 0 where it is not."""
    prose = [line.rstrip() for line in lines if len(line.split()) > 1 and not _BLOCK.match(line)]
    if sum(len(line) > _WIDEST for line in prose) * 20 > len(prose):
        return 0
    # an address is never parted
    plain = (len(line) for line in prose if "://" not in line)
    width = max((length for length in plain if length <= _WIDEST), default=0)
    if width < _NARROWEST:
        return 0
    parted = sum(_was_parted(one, other, width) for one, other in pairwise(lines))
    return width if parted >= _FEWEST else 0


def _was_parted(line: str, following: str, width: int) -> bool:
    if not line.strip() or not following.strip() or _HARD.search(line):
        return False
    if _BLOCK.match(following) or _RULE.fullmatch(line) or line.lstrip().startswith("#"):
        return False
    return len(line.rstrip()) + 1 + len(following.split(maxsplit=1)[0]) > width

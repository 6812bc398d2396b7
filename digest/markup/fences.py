"""Where the front matter of a draft ends; nothing here reads YAML."""

from __future__ import annotations

import re

from digest.errors import DraftError, at

_FENCE = re.compile(r"---[ \t]*(?:\r?\n|\Z)")
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE)


def split(text: str) -> tuple[str | None, str, int]:
    """Front matter (without its fences; None where there is none), body, line the body starts on.

    Lines count from 1. Front matter and body are the text's own characters.

    Raises:
        DraftError: The front matter begins and never ends.
    """
    start = 1 if text.startswith("\ufeff") else 0
    opening = _FENCE.match(text, start)
    if not opening:
        return None, text[start:], 1
    closing = _END.search(text, opening.end())
    if not closing:
        raise DraftError(
            "the front matter has no end",
            where=at("front matter", 1),
            cure="Put a line of three hyphens (---) below it.",
        )
    line = text.count("\n", 0, closing.end()) + 1
    return text[opening.end() : closing.start()], text[closing.end() :], line

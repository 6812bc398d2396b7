"""The one line of a draft that changes when it goes out."""

from __future__ import annotations

import re

from digest.draft.blocks import newline_of
from digest.markup.fences import split
from digest.model import Status

_LINE = re.compile(r"^status:[^\r\n#]*?(?=[ \t]*(?:#[^\r\n]*)?\r?$)", re.MULTILINE)


def with_status(markdown: str, status: Status) -> str:
    """The draft with `status:` in its front matter set; every other byte stays as it is."""
    rest = split(markdown)[1]
    front = markdown.removesuffix(rest)
    said = f"status: {status}"
    if _LINE.search(front):
        return _LINE.sub(said, front, count=1) + rest
    fence = front.rstrip().rfind("---")
    return f"{front[:fence]}{said}{newline_of(markdown)}{front[fence:]}{rest}"

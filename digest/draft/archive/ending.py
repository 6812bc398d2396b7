"""What ends an issue: the story and its inspiration, the thanks, and what follows them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digest.draft.tale import read_tale
from digest.model import Coda

TALES = re.compile(
    r"(?:#{1,6}[ \t]+|\*\*)?\s*Tech[ \t]+Tales?\b[^\n]{0,12}?:?\s*(?:\*\*)?:?(?:\n|\Z)",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"[*_]{0,3}Thanks? (?:you )?(?:so much )?for reading\b[^\n]{0,300}", re.IGNORECASE
)
_INSPIRED_LIST = re.compile(
    r"(?P<label>^\*\*Things that inspired th(?:is|e)(?: story| tale)?:\*\*)\s*"
    r"(?P<points>(?:^[ \t]*[*•-][ \t][^\n]+(?:\n(?=[ \t]*[*•-][ \t])|$))+)",
    re.MULTILINE | re.IGNORECASE,
)
_RULE = "***"


def ending(paragraphs: Sequence[str]) -> tuple[list[str], Coda | None, str, str]:
    """The items' paragraphs, the coda, the thanks, and what comes after."""
    tales = next((n for n, part in enumerate(paragraphs) if TALES.match(part)), None)
    thanks = next(
        (n for n, part in enumerate(paragraphs) if _THANKS.fullmatch(part) and n >= (tales or 0)),
        None,
    )
    end = len(paragraphs) if thanks is None else thanks
    body = list(paragraphs[: end if tales is None else tales])
    while body and body[-1] == _RULE:
        body.pop()
    coda = None
    if tales is not None:
        story = list(paragraphs[tales:end])
        while story and story[-1] == _RULE:
            story.pop()
        coda = read_tale(_INSPIRED_LIST.sub(_one_line, "\n\n".join(story)))
    words = paragraphs[thanks].strip("*_ ") if thanks is not None else ""
    after = paragraphs[thanks + 1 :] if thanks is not None else ()
    return body, coda, words, "\n\n".join(after)


def _one_line(match: re.Match[str]) -> str:
    """What inspired a story, where that is a list: its points with semicolons between them."""
    points = [line.strip(" *-•;.") for line in match["points"].split("\n")]
    return f"{match['label']} {'; '.join(filter(None, points))}."

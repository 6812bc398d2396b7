"""An entry on one line, as the bulletin has it: written and read."""

from __future__ import annotations

import re

from digest.draft.references import read_reference, write_reference
from digest.model import Entry, ReadMore

_HEADLINE = re.compile(r"\*\*(?P<headline>(?:(?!\*\*).)+)\*\*(?:[ \t]+|$)")
_LABEL = re.compile(r"(?:^|(?<=\s))\*\*[^*\n]+:\*\*[ \t]*(?=\[)")


def write_line(entry: Entry) -> tuple[str, str]:
    """Headline, the body's first paragraph and the references on one line, and the body's rest."""
    references = map(write_reference, entry.read_more)
    headline = " ".join(entry.headline.split())
    first, _, rest = entry.body.partition("\n\n")
    words = [headline and f"**{headline}**", " ".join(first.split()), *references]
    return " ".join(filter(None, words)), rest


def read_line(line: str) -> tuple[str, str, tuple[ReadMore, ...]]:
    """Headline, body and references of a line as `write_line` wrote it."""
    match = _HEADLINE.match(line)
    headline, rest = (match["headline"].strip(), line[match.end() :]) if match else ("", line)
    references: list[ReadMore] = []
    for label in reversed(list(_LABEL.finditer(rest))):
        reference = read_reference(rest[label.start() :])
        if reference is None:
            break
        references.insert(0, reference)
        rest = rest[: label.start()]
    return headline, rest.strip(), tuple(references)


def is_heading(entry: Entry) -> bool:
    """Whether an entry is a headline alone: the heading of the entries behind it."""
    return bool(entry.headline) and not (
        entry.body or entry.tagline or entry.read_more or entry.extra or entry.why.text
    )

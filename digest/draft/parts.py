"""What stands inside an entry's Markdown: its links and its quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.draft.references import ADDRESS, TITLE
from digest.language.quotations import Quotation, find
from digest.model import Link, Quote

# Shorter ones are terms and titles, not quotations that could be verified.
LEAST_WORDS = 4

_LINK = re.compile(
    rf"(?<![\\!])\[(?P<title>{TITLE})\]\(\s*(?P<url>{ADDRESS})(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
    r"|<(?P<auto>https?://[^>\s]+)>"
)


def links_in(markdown: str) -> tuple[Link, ...]:
    """The links of a text in order, each address once."""
    found: dict[str, Link] = {}
    for match in _LINK.finditer(markdown):
        url = (match["auto"] or match["url"]).removeprefix("<").removesuffix(">")
        found.setdefault(url, Link(url, " ".join((match["title"] or "").split())))
    return tuple(found.values())


def quotations_in(markdown: str) -> Iterator[Quotation]:
    """The quotations of a text that are long enough to be verified."""
    for quotation in find(markdown):
        if len(quotation.text.split()) >= LEAST_WORDS:
            yield quotation


def quotes_in(markdown: str) -> tuple[Quote, ...]:
    """The same as quotes, which no source has been found for yet."""
    return tuple(Quote(quotation.text) for quotation in quotations_in(markdown))

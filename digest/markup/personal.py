"""What a mail says of its reader, and how to take it out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag

from digest.markup.addresses import canonical, is_web, resolve
from digest.markup.plain import one_line, word_set

MOST_WORDS = 120
"""As many characters of a link's words are looked at."""

ABOUT_THE_READER = re.compile(
    r"unsubscribe|opt[ -]?out"
    r"|\b(?:manage|update|change|edit)\b.{0,30}\b(?:preferences|subscription|profile)"
    r"|email preferences|abmelden|abbestellen|désabonner|desinscri|darse de baja",
    re.IGNORECASE,
)
# By these, senders tell one reader from another.
_PERSONAL = word_set(
    "e eid email email_hash j jwt jwt_token mc_eid r recipient recipient_id sub subscriber"
    " subscriber_id token uid user_id"
)


def anchors(soup: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    """The links of a mail, with their absolute addresses."""
    for anchor in soup.find_all("a", href=True):
        url = resolve("", str(anchor["href"]))
        if is_web(url):
            yield anchor, url


def without_reader(soup: BeautifulSoup, refused: Collection[str] = ()) -> None:
    """Take out what a mail says of its reader, or reports of it.

    Args:
        soup: The mail; it is changed.
        refused: Addresses, in their canonical form, by which the reader unsubscribes.
    """
    for anchor, url in list(anchors(soup)):
        words = one_line(anchor.get_text(" "))[:MOST_WORDS]
        if canonical(url) in refused or ABOUT_THE_READER.search(f"{words} {urlsplit(url).path}"):
            del anchor["href"]
        else:
            anchor["href"] = impersonal(url)
    for image in soup.find_all("img"):
        if {str(image.get("width")), str(image.get("height"))} & {"0", "1", "0px", "1px"}:
            image.decompose()


def impersonal(url: str) -> str:
    """The address without the parameters that tell readers apart."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if key.lower() not in _PERSONAL]
    if len(kept) == len(pairs):
        return url
    return urlunsplit(parts._replace(query=urlencode(kept)))

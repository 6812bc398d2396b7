"""The newsletter as feeds: Atom (RFC 4287), every issue whole.

An entry is made from its issue alone, never from the build's time or from its neighbours, so a new
issue leaves every older entry byte for byte as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html import escape as escape_html
from xml.sax.saxutils import escape, quoteattr

from digest.config.schema import Newsletter
from digest.publish import paths
from digest.publish.cards import Shelved

# Readers keep what they saw; a year of a weekly newsletter is enough for those who come later.
LONGEST = 52

_LOCAL = re.compile(r'(?<= href=")(?=[#/])')
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def atom(
    newsletter: Newsletter, shelf: Sequence[Shelved], content: Callable[[Shelved], str]
) -> str:
    """The feed of the newest issues, newest first.

    Args:
        newsletter: Whose feed it is.
        shelf: Issues, oldest first.
        content: Makes the HTML of one issue, in which local links are allowed.
    """
    newest = list(reversed(shelf))[:LONGEST]
    updated = max((one.published.updated for one in newest), default=_EPOCH)
    home = paths.address(newsletter.url, paths.HOME)
    feed = paths.address(newsletter.url, paths.FEED)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(newsletter.language)}>',
        f"<id>{escape(home)}</id>",
        f"<title>{escape(newsletter.title)}</title>",
        *_maybe("subtitle", newsletter.description),
        f"<updated>{_moment(updated)}</updated>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(feed)}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(home)}/>',
        f"<icon>{escape(paths.address(newsletter.url, paths.FAVICON))}</icon>",
        "<author>",
        f"<name>{escape(newsletter.editor or newsletter.title)}</name>",
        "</author>",
    ]
    for one in newest:
        lines += _entry(newsletter, one, content(one))
    return "\n".join([*lines, "</feed>", ""])


def _entry(newsletter: Newsletter, shelved: Shelved, content: str) -> list[str]:
    card, published = shelved.card, shelved.published
    address = paths.address(newsletter.url, card.path)
    themes = {theme.id: theme for entry in shelved.entries for theme in entry.themes}
    return [
        "<entry>",
        f"<id>{escape(address)}</id>",
        f"<title>{escape(card.title)}</title>",
        *_maybe("summary", card.summary),
        f"<published>{_moment(published.published)}</published>",
        f"<updated>{_moment(published.updated)}</updated>",
        f'<link rel="alternate" type="text/html" href={quoteattr(address)}/>',
        *(
            f"<category term={quoteattr(theme.id)} label={quoteattr(theme.title)}/>"
            for theme in themes.values()
        ),
        f'<content type="html">{escape(absolute(content, address))}</content>',
        "</entry>",
    ]


def absolute(html: str, address: str) -> str:
    """HTML whose local links lead to the page at `address` and its server."""
    origin = "/".join(address.split("/")[:3])

    def place(match: re.Match[str]) -> str:
        return escape_html(address if match.string[match.end()] == "#" else origin)

    return _LOCAL.sub(place, html)


def _maybe(name: str, text: str) -> list[str]:
    return [f"<{name}>{escape(text)}</{name}>"] if text else []


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

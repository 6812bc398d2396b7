"""HTML from anywhere into text and into links.

What comes in is hostile or broken; nothing here raises on any of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from digest.markup.addresses import is_web, resolve
from digest.markup.elements import read
from digest.markup.plain import one_line, paragraphs, word_set
from digest.model import Link

_TAG = re.compile(r"<[a-zA-Z/!?]")

_DROPPED = word_set(
    "script style template noscript head title iframe object embed applet svg canvas audio video"
    " select button textarea datalist map annotation annotation-xml"
)
_PARAGRAPHS = word_set(
    "p div h1 h2 h3 h4 h5 h6 blockquote pre table tr section article header footer aside main nav"
    " figure figcaption details summary address hr form fieldset legend caption center dl dt dd"
    " thead tbody tfoot hgroup"
)
_LISTS = frozenset(["ul", "ol", "menu", "dir"])
_SPACED = frozenset(["td", "th", "img", "option"])
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)

# How much a line stands apart from the one before it.
_LINE, _PARAGRAPH, _LIST = 1, 2, 3


# ------------------------------------------------------------------------------------------ text


def to_text(html: str) -> str:
    """What a reader of the page would read, as plain text.

    Paragraphs, headings, quotations and table rows are divided by a blank line, the items of a list
    are lines that begin with `- `, and `<br>` ends a line. What is not shown is dropped: scripts,
    styles, hidden elements, control characters. Text without tags keeps its paragraphs.
    """
    if not _TAG.search(html):
        return "\n\n".join(paragraphs(unescape(html)))
    writer = _Writer()
    read(html, writer)
    return writer.text()


class _Writer:
    """Takes the parser's events and keeps lines, each with how much it stands apart.

    `links` hears of the same events, where it is there.
    """

    def __init__(self, links: _Links | None = None) -> None:
        self.links = links
        self._lines: list[tuple[int, str]] = []
        self._pieces: list[str] = []
        self._apart = 0
        self._item = False  # the line began with a list item
        self._skipping = 0
        self._pre = 0
        self._lists = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self.links and tag == "a":
            self.links.start(tag, attributes)
        if self._skipping or tag in _DROPPED or (attributes and _is_hidden(attributes)):
            self._skipping += 1
        elif tag in _PARAGRAPHS:
            self._break(_PARAGRAPH)
            self._pre += tag == "pre"
        elif tag in _LISTS:
            self._break(_LINE if self._lists else _LIST)
            self._lists += 1
        elif tag == "li":
            self._break(_LINE)
            # items stand together, whatever paragraphs the one before was made of
            self._apart = self._apart if self._apart == _LIST else _LINE
            self._item = True
        elif tag == "br":
            self._break(_LINE)
        elif tag in _SPACED:
            self._pieces.append(" ")
        elif tag == "q":
            self._pieces.append("“")

    def end(self, tag: str) -> None:
        if self.links and tag == "a":
            self.links.end(tag)
        if self._skipping:
            self._skipping -= 1
        elif tag in _PARAGRAPHS:
            self._break(_PARAGRAPH)
            self._pre -= tag == "pre" and self._pre > 0
        elif tag in _LISTS:
            self._lists = max(0, self._lists - 1)
            apart = _LINE if self._lists else _LIST
            self._break(apart)
            self._item = False
            self._break(apart)  # an item without words leaves the distance to be said
        elif tag == "q":
            self._pieces.append("”")

    def data(self, data: str) -> None:
        if self.links:
            self.links.data(data)
        if self._skipping:
            return
        if not self._pre:
            self._pieces.append(data)
            return
        for n, line in enumerate(data.split("\n")):
            if n:
                self._break(_LINE)
            self._pieces.append(line)

    def _break(self, apart: int) -> None:
        """End the line; how far the next stands apart is the most that was asked for."""
        line = one_line("".join(self._pieces)) if self._pieces else ""
        self._pieces.clear()
        if line:
            self._lines.append((self._apart, f"- {line}" if self._item else line))
            self._apart = apart
            self._item = False
        elif not self._item:  # the mark of an item waits for its first words
            self._apart = max(self._apart, apart)

    def text(self) -> str:
        self._break(_LINE)
        pieces: list[str] = []
        for apart, line in self._lines:
            if pieces:
                pieces.append("\n" if apart == _LINE else "\n\n")
            pieces.append(line)
        return "".join(pieces)


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or ("style" in attributes and bool(_HIDDEN.search(attributes["style"])))
    )


# ------------------------------------------------------------------------------------------ links


def links(html: str, base: str = "") -> tuple[Link, ...]:
    """The web addresses that the HTML links to, absolute, in order, each once, with their words."""
    if "<" not in html:
        return ()
    collector = _Links(base)
    read(html, collector)
    return collector.links()


def to_text_and_links(html: str, base: str = "") -> tuple[str, tuple[Link, ...]]:
    """What `to_text` and `links` say of the same HTML, which is read once for both."""
    if not _TAG.search(html):
        return to_text(html), ()
    links = _Links(base)
    writer = _Writer(links)
    read(html, writer)
    return writer.text(), links.links()


class _Links:
    """Takes the parser's events and keeps links with the words between their tags."""

    def __init__(self, base: str) -> None:
        self.found: dict[str, list[str]] = {}
        self._base = base
        self._open: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag != "a" or "href" not in attributes:
            return
        url = resolve(self._base, attributes["href"])
        self._open = None
        if is_web(url) and url not in self.found:
            self._open = self.found[url] = []

    def end(self, tag: str) -> None:
        if tag == "a":
            self._open = None

    def data(self, data: str) -> None:
        if self._open is not None:
            self._open.append(data)

    def links(self) -> tuple[Link, ...]:
        return tuple(Link(url, one_line("".join(words))) for url, words in self.found.items())

"""HTML from anywhere into text, into HTML that is safe to show, and into links.

What comes in is hostile or broken; nothing here raises on any of it. Elements are read as a stream,
not as a tree: a hundred thousand elements inside each other cost no more than as many side by side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape
from typing import Any

import nh3
from lxml import etree

from digest.markup.addresses import is_web, resolve
from digest.markup.plain import clean, one_line, paragraphs, word_set
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
    _feed(html, writer)
    return writer.text()


class _Writer:
    """Takes the parser's events and keeps lines, each with how much it stands apart."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, str]] = []
        self._pieces: list[str] = []
        self._apart = 0
        self._item = False  # the line began with a list item
        self._skipping = 0
        self._pre = 0
        self._lists = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
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
        if self._skipping:
            return
        if not self._pre:
            self._pieces.append(data)
            return
        for n, line in enumerate(data.split("\n")):
            if n:
                self._break(_LINE)
            self._pieces.append(line)

    def close(self) -> None:
        """The parser calls this at the end; the text is asked for separately."""

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


def _prepared(html: str) -> str:
    """The HTML without invisible characters, and with what feeds wrap once too often unwrapped."""
    if "<![CDATA[" in html:
        html = html.replace("<![CDATA[", "").replace("]]>", "")
    return clean(html)


def _feed(html: str, target: Any) -> None:
    """Send a text's elements to `target`; a text that libxml2 gives up on ends where it does."""
    parser = etree.HTMLParser(target=target, encoding="utf-8", no_network=True)
    try:
        parser.feed(_prepared(html).encode("utf-8", "replace"))
        parser.close()
    except etree.LxmlError:
        return


# ------------------------------------------------------------------------------------------ links


def links(html: str, base: str = "") -> tuple[Link, ...]:
    """The web addresses that the HTML links to, absolute, in order, each once, with their words."""
    if "<" not in html:
        return ()
    collector = _Links(base)
    _feed(html, collector)
    return tuple(Link(url, one_line("".join(words))) for url, words in collector.found.items())


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

    def close(self) -> None:
        """Nothing is left to do at the end."""


# --------------------------------------------------------------------------------------- sanitise

_ALLOWED: dict[str, set[str]] = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_TAGS = word_set(
    "b br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr"
    " i ins kbd li mark p pre rp rt ruby s samp small span strong sub summary sup table tbody tfoot"
    " thead tr u ul var wbr"
) | set(_ALLOWED)
_EMPTIED = word_set(
    "script style template noscript title iframe object embed applet svg math canvas audio video"
    " select button textarea datalist map form"
)


def sanitise(html: str, base: str = "") -> str:
    """The HTML without anything that acts: safe to show on a page of one's own.

    No scripts, handlers, styles, frames or forms; links and images lead to http, https or (links
    alone) mailto; relative ones are resolved against `base`, or dropped where there is none. What
    was made to keep a parser busy comes out as its text.
    """
    html = _prepared(html)
    if _is_absurd(html):
        return "\n".join(f"<p>{escape(part)}</p>" for part in to_text(html).split("\n\n"))

    def kept(_tag: str, attribute: str, value: str) -> str | None:
        if attribute in {"href", "src", "cite"}:
            url = resolve(base, value)
            mail = attribute == "href" and url.lower().startswith("mailto:")
            return url if mail or is_web(url) else None
        return value

    def clean(html: str) -> str:
        return nh3.clean(
            html,
            tags=set(_TAGS),
            clean_content_tags=set(_EMPTIED),
            attributes=_ALLOWED,
            attribute_filter=kept,
            url_schemes={"http", "https", "mailto"},
            url_relative=lambda url: resolve(base, url) or None,
            link_rel="noopener noreferrer nofollow",
        )

    safe = clean(html)
    # What a table pushes out is read in another place the next time, so it is read until it stays.
    for _ in range(_READINGS if "<table" in safe else 0):
        before, safe = safe, clean(safe)
        if safe == before:
            break
    return safe


_READINGS = 4

# The sanitiser's time grows with the square of elements inside each other, and of the attributes of
# one element: harmless below these numbers, and no page for people comes near them.
_DEEPEST, _MOST_ATTRIBUTES, _HARMLESS = 1_000, 500, 30_000


class _Measure:
    """Takes the parser's events and keeps how deep they went."""

    def __init__(self) -> None:
        self.depth = self.deepest = self.attributes = 0

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)
        self.attributes = max(self.attributes, len(attributes))

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def close(self) -> None:
        """Nothing is left to do at the end."""


def _is_absurd(html: str) -> bool:
    if len(html) < _HARMLESS:
        return False
    measure = _Measure()
    _feed(html, measure)
    return measure.deepest > _DEEPEST or measure.attributes > _MOST_ATTRIBUTES

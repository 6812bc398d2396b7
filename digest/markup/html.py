"""HTML from anywhere into text, into HTML that is safe to show, and into links.

What comes in is hostile or broken; nothing here raises on any of it. Elements are read as a stream,
not as a tree: a hundred thousand elements inside each other cost no more than as many side by side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import nh3
from lxml import etree

from digest.markup.addresses import is_web, resolve
from digest.markup.plain import clean, one_line, paragraphs
from digest.model import Link

_TAG = re.compile(r"<[a-zA-Z/!?]")

_DROPPED = frozenset(
    "script style template noscript head title iframe object embed applet svg canvas audio video"
    " select button textarea datalist map annotation annotation-xml".split()
)
_PARAGRAPHS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 blockquote pre table tr section article header footer aside main nav"
    " figure figcaption details summary address hr form fieldset legend caption center dl dt dd"
    " thead tbody tfoot hgroup".split()
)
_LISTS = frozenset(["ul", "ol", "menu", "dir"])
_SPACED = frozenset(["td", "th", "img", "option"])
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)

# Marks that the writer leaves in the text for layout; none of them survives into it.
_PARAGRAPH, _LINE, _ITEM, _LIST = "\x01", "\x02", "\x03", "\x04"
_AROUND_ITEM = re.compile(rf"[{_PARAGRAPH}{_LINE}\s]*{_ITEM}[{_PARAGRAPH}{_LINE}\s]*")
_PARTS = re.compile(f"[{_PARAGRAPH}{_LIST}]")


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
    """Takes the parser's events and keeps the text, with marks where its layout changes."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._skipping = 0
        self._pre = 0
        self._lists = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skipping or tag in _DROPPED or (attributes and _is_hidden(attributes)):
            self._skipping += 1
        elif tag == "br":
            self._pieces.append(_LINE)
        elif tag in _PARAGRAPHS:
            self._pieces.append(_PARAGRAPH)
            self._pre += tag == "pre"
        elif tag == "li":
            self._pieces.append(_ITEM)
        elif tag in _LISTS:
            self._pieces.append(_LINE if self._lists else _LIST)
            self._lists += 1
        elif tag in _SPACED:
            self._pieces.append(" ")

    def end(self, tag: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif tag in _PARAGRAPHS:
            self._pieces.append(_PARAGRAPH)
            self._pre -= tag == "pre" and self._pre > 0
        elif tag in _LISTS:
            self._lists = max(0, self._lists - 1)
            self._pieces.append(_LINE if self._lists else _LIST)

    def data(self, data: str) -> None:
        if self._skipping:
            return
        if self._pre:
            data = data.replace("\n", _LINE)
        self._pieces.append(data)

    def close(self) -> None:
        """The parser calls this at the end; the text is asked for separately."""

    def text(self) -> str:
        marked = _AROUND_ITEM.sub(f"{_LINE}{_ITEM}", "".join(self._pieces))
        found = (_lines(part) for part in _PARTS.split(marked))
        return "\n\n".join(part for part in found if part)


def _lines(part: str) -> str:
    """One paragraph or list: its lines, without the empty ones."""
    lines = []
    for line in part.split(_LINE):
        item = line.startswith(_ITEM)
        words = one_line(line[item:])
        if words:
            lines.append(f"- {words}" if item else words)
    return "\n".join(lines)


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or ("style" in attributes and bool(_HIDDEN.search(attributes["style"])))
    )


def _feed(html: str, target: Any) -> None:
    """Send a text's elements to `target`; a text that libxml2 gives up on ends where it does."""
    parser = etree.HTMLParser(target=target, encoding="utf-8", no_network=True)
    try:
        parser.feed(clean(html).encode("utf-8", "replace"))
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
_TAGS = set(_ALLOWED) | set(
    "b br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i"
    " ins kbd li mark p pre rp rt ruby s samp small span strong sub summary sup table tbody tfoot"
    " thead tr u ul var wbr".split()
)
_EMPTIED = set(
    "script style template noscript title iframe object embed applet svg math canvas audio video"
    " select button textarea datalist map form".split()
)


def sanitise(html: str, base: str = "") -> str:
    """The HTML without anything that acts: safe to show on a page of one's own.

    No scripts, handlers, styles, frames or forms; links and images lead to http, https or (links
    alone) mailto; relative ones are resolved against `base`, or dropped where there is none.
    """

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if attribute in {"href", "src", "cite"}:
            url = resolve(base, value)
            mail = attribute == "href" and url.lower().startswith("mailto:")
            return url if mail or is_web(url) else None
        return value

    return nh3.clean(
        clean(html),
        tags=_TAGS,
        clean_content_tags=_EMPTIED,
        attributes=_ALLOWED,
        attribute_filter=kept,
        url_schemes={"http", "https", "mailto"},
        url_relative=lambda url: resolve(base, url) or None,
        link_rel="noopener noreferrer nofollow",
    )

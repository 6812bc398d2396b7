"""HTML as a stream of elements, from one parser for each thread.

What is read as a stream, not as a tree, may be nested as deep as it likes: a hundred thousand
elements inside each other cost no more than as many side by side.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Protocol

from lxml import etree

from digest.markup.plain import clean


class Reader(Protocol):
    """What wants to hear of elements and of the text between them."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> object:
        """An element begins."""

    def end(self, tag: str) -> object:
        """An element ends."""

    def data(self, data: str) -> object:
        """Text, in any number of pieces."""


def prepared(html: str) -> str:
    """The HTML without invisible characters, and with what feeds wrap once too often unwrapped."""
    if "<![CDATA[" in html:
        html = html.replace("<![CDATA[", "").replace("]]>", "")
    return clean(html)


def read(html: str, reader: Reader) -> None:
    """Send a text's elements to `reader`; a text that libxml2 gives up on ends where it does."""
    parser = _parser()
    _kept.parser = None  # unless it comes to its end: half a text must not begin the next one
    parser.relay.to = reader
    try:
        parser.lxml.feed(prepared(html).encode("utf-8", "replace"))
        parser.lxml.close()
    except etree.LxmlError:
        return
    _kept.parser = parser


class _Relay:
    """What the parser knows: it hands each event to whoever is reading now."""

    to: Reader | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self.to:
            self.to.start(tag, attributes)

    def end(self, tag: str) -> None:
        if self.to:
            self.to.end(tag)

    def data(self, data: str) -> None:
        if self.to:
            self.to.data(data)

    def close(self) -> None:
        """The parser calls this at the end of each text."""


class _Parser:
    def __init__(self) -> None:
        self.relay = _Relay()
        target: Any = self.relay  # bytes, which the parser's type speaks of, never come
        self.lxml = etree.HTMLParser(target=target, encoding="utf-8", no_network=True)


_kept = threading.local()


def _parser() -> _Parser:
    """This thread's parser. Making one takes longer than reading a post with it."""
    parser: _Parser | None = getattr(_kept, "parser", None)
    return parser or _Parser()

"""HTML from anywhere into HTML that is safe to show on a page of one's own."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from html import escape

import nh3

from digest.markup.addresses import is_web, resolve
from digest.markup.elements import prepared, read
from digest.markup.html import to_text
from digest.markup.plain import word_set

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
    html = prepared(html)
    if _is_absurd(html):
        return "\n".join(f"<p>{escape(part)}</p>" for part in to_text(html).split("\n\n"))
    cleaner = _cleaner()
    safe = cleaner.clean(html, base)
    # What a table pushes out is read in another place the next time, so it is read until it stays.
    for _ in range(_READINGS if "<table" in safe else 0):
        before, safe = safe, cleaner.clean(safe, base)
        if safe == before:
            break
    return safe


class _Cleaner:
    """nh3 with the lists above; making one takes longer than cleaning a post with it."""

    def __init__(self) -> None:
        self._base = ""
        self._nh3 = nh3.Cleaner(
            tags=set(_TAGS),
            clean_content_tags=set(_EMPTIED),
            attributes=_ALLOWED,
            attribute_filter=self._kept,
            url_schemes={"http", "https", "mailto"},
            url_relative=lambda url: resolve(self._base, url) or None,
            link_rel="noopener noreferrer nofollow",
        )

    def clean(self, html: str, base: str) -> str:
        self._base = base
        return self._nh3.clean(html)

    def _kept(self, _tag: str, attribute: str, value: str) -> str | None:
        if attribute in {"href", "src", "cite"}:
            url = resolve(self._base, value)
            mail = attribute == "href" and url.lower().startswith("mailto:")
            return url if mail or is_web(url) else None
        return value


_own = threading.local()


def _cleaner() -> _Cleaner:
    """This thread's cleaner, because a cleaner knows the address that it is working for."""
    if not hasattr(_own, "cleaner"):
        _own.cleaner = _Cleaner()
    cleaner: _Cleaner = _own.cleaner
    return cleaner


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

    def data(self, _data: str) -> None:
        """What stands between elements does not matter."""


def _is_absurd(html: str) -> bool:
    if len(html) < _HARMLESS:
        return False
    measure = _Measure()
    read(html, measure)
    return measure.deepest > _DEEPEST or measure.attributes > _MOST_ATTRIBUTES

"""An issue's Markdown into the pieces of HTML that its pages are made of.

`digest.markup.markdown` makes HTML that is safe; here it is fitted into a page that has headings
and anchors of its own, loads nothing from elsewhere and takes no style from a text.
"""

from __future__ import annotations

import re
from datetime import date
from html import escape as escape_html
from textwrap import indent
from typing import Final

from markupsafe import Markup

from digest.markup.html import to_text
from digest.markup.markdown import to_html, to_plain
from digest.markup.plain import one_line
from digest.markup.slots import Slot, replace_slots, slots_in, without_slots

# Private-use characters stand for slots while Markdown is rendered; none is let in from a text.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PRIVATE = re.compile(f"[{_OPEN}{_CLOSE}]")
_MARKED = re.compile(rf"{_OPEN}(\d+){_CLOSE}")

_WORD = re.compile(r"\w")

# Our own HTML: every attribute stands in double quotes, so that this finds whole tags.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_EMPHASIS: Final = frozenset(["em", "strong", "code", "s"])
_HEADINGS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_EMPTY_HEADING = re.compile(r"<(h[1-6])>\s*</\1>\n?")
_EMPTY_LINK = re.compile(r'<a href="([^"]*)"[^<>]*>(?=</a>)')
_WIDE: Final = '<div class="wide" role="group" aria-label="Table" tabindex="0">'
_QUOTATION = re.compile(r"(</?blockquote>)")
_BACK = re.compile(r' ?<a href="#[^"]*" class="footnote-backref">[^<]*</a>')
_INDENT: Final = "    "
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_PLAIN = re.compile(r"[^\[\]*_`\\&<>~!\ue000\ue001]*")

# What HTML and XML forbid in any text: control characters, halves of pairs, noncharacters. Those
# at the ends of the higher planes stand apart: together they would slow the search tenfold.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_ENDS = tuple(chr(plane << 16 | end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
# In UTF-8, bytes without which a text holds none of them: nearly every page is without.
_RARE = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, *range(0xF0, 0xF5)])
_RARE_PAIRS = (b"\xef\xb7", b"\xef\xbf")
_LATER_CONTROLS = re.compile(b"\xc2[\x80-\x9f]")


def encode(page: str | bytes) -> bytes:
    """A finished page as UTF-8; a character that no page may hold becomes U+FFFD."""
    if isinstance(page, bytes):
        return page
    body = page.encode("utf-8", "surrogatepass")
    if len(body.translate(None, _RARE)) == len(body) and not (
        b"\xed" in body
        or any(pair in body for pair in _RARE_PAIRS)
        or (b"\xc2" in body and _LATER_CONTROLS.search(body))
    ):
        return body
    page = _FORBIDDEN.sub("\ufffd", page)
    for end in _ENDS:
        page = page.replace(end, "\ufffd")
    return page.encode("utf-8")


def count_slots(*texts: str) -> int:
    """How many places in some texts still await the editor's words."""
    return sum(1 for text in texts for _ in slots_in(text))


def is_unwritten(*texts: str) -> bool:
    """Whether some texts have slots, and beside them no word."""
    return count_slots(*texts) > 0 and not any(_WORD.search(without_slots(text)) for text in texts)


def plain(text: str) -> str:
    """A title on one line for places that show no markup; what is not written yet is left out."""
    if _PLAIN.fullmatch(text):
        return one_line(text)
    words = to_plain(_bare_line(without_slots(_PRIVATE.sub("", text))))
    return " ".join(words.replace(_OPEN, "").split())


def text_of(html: str) -> str:
    """The words of HTML made here, its parts a blank line apart, block quotations indented."""
    depth, found = 0, []
    html = without_back_links(html).replace('<mark class="slot">', "(").replace("</mark>", ")")
    for piece in _QUOTATION.split(html):
        if piece in ("<blockquote>", "</blockquote>"):
            depth += 1 if piece == "<blockquote>" else -1
        elif words := to_text(piece):
            found.append(indent(words, _INDENT * depth))
    return "\n\n".join(found)


def day_in_words(day: date) -> str:
    """A day as it stands in a sentence: 23 March 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def without_back_links(html: str) -> str:
    """HTML made here without the links from its footnotes back to their places."""
    return _BACK.sub("", html)


def inline(text: str) -> Markup:
    """A title with its emphasis, fit to stand inside a link: no links, images or blocks."""
    if _PLAIN.fullmatch(text):
        return Markup(escape_html(one_line(text)))  # noqa: S704 - escaped
    slots, marked = _mark_slots(one_line(text))
    html = to_html(_bare_line(marked)).removeprefix(f"<p>{_OPEN}").strip().removesuffix("</p>")
    kept = _TAG.sub(lambda tag: f"<{tag[1]}{tag[2]}>" if tag[2] in _EMPHASIS else "", html)
    return _show_slots(kept, slots)


def block(text: str, *, anchor: str, level: int) -> Markup:
    """A text of one or more paragraphs.

    Args:
        text: Markdown.
        anchor: What sets the ids of its footnotes apart from those of other texts on the page.
        level: The level of its highest heading, 1 to 6.
    """
    if not text.strip():
        return Markup()
    slots, marked = _mark_slots(text)
    html = to_html(marked)
    fitted = _TAG.sub(_Fitter(html, anchor, level), html)
    return _show_slots(_EMPTY_LINK.sub(r"\g<0>\g<1>", _EMPTY_HEADING.sub("", fitted)), slots)


def _bare_line(text: str) -> str:
    """A line that starts no list, heading or quotation, whatever it starts with."""
    return f"{_OPEN}{text}"


# ----------------------------------------------------------------------------------------- slots


def _mark_slots(text: str) -> tuple[list[str], str]:
    """The names of the slots, and the text with a mark in the place of each."""
    slots: list[str] = []

    def mark(slot: Slot) -> str:
        slots.append(slot.name)
        return f"{_OPEN}{len(slots) - 1}{_CLOSE}"

    return slots, replace_slots(_PRIVATE.sub("", text), mark)


def _show_slots(html: str, slots: list[str]) -> Markup:
    """Say where a slot stands that something is missing; its hint is for the editor alone."""

    def show(match: re.Match[str]) -> str:
        name = escape_html(slots[int(match[1])])
        return f'<mark class="slot"><b>Not yet written:</b> {name}</mark>'

    if slots:
        html = _TAG.sub(lambda tag: _MARKED.sub("", tag[0]), html)
        html = _MARKED.sub(show, html)
    return Markup(html)  # noqa: S704 - the Markdown writer's HTML, and escaped words


# ------------------------------------------------------------------------------------------- tags


class _Fitter:
    """Fits the tags of one text, in order, into a page."""

    def __init__(self, html: str, anchor: str, level: int) -> None:
        tags = _TAG.finditer(html) if "<h" in html else ()
        found = sorted({tag[2] for tag in tags if tag[2] in _HEADINGS})
        self._levels = {name: min(6, level + step) for step, name in enumerate(found)}
        self._level = level - 1
        self._anchor = anchor
        self._links = 0

    def __call__(self, tag: re.Match[str]) -> str:
        closing, name, rest = tag.groups()
        if name == "a":
            return self._link(closing, rest)
        if name in _HEADINGS:
            return self._heading(closing, name)
        if name == "img":
            return self._picture(rest)
        if name == "table":
            return f"{tag[0]}</div>" if closing else f"{_WIDE}{tag[0]}"
        return tag[0] if closing or not rest else f"<{name}{self._attributes(rest)}>"

    def _heading(self, closing: str, name: str) -> str:
        """A heading at most one level below the last: levels have no gap."""
        if not closing:
            self._level = min(self._levels[name], self._level + 1)
        return f"<{closing}h{self._level}>"

    def _link(self, closing: str, rest: str) -> str:
        """A link, unless it stands in another, as a footnote's may."""
        self._links += -1 if closing else 1
        if self._links > (0 if closing else 1):
            return ""
        return "</a>" if closing else f"<a{self._attributes(rest)}>"

    def _picture(self, rest: str) -> str:
        """A picture on another server becomes a link: no page loads anything from elsewhere."""
        found = dict(_ATTRIBUTE.findall(rest))
        url = found.get("src", "")
        words = found.get("alt") or url
        return words if self._links else f'<a class="picture" href="{url}">{words}</a>'

    def _attributes(self, rest: str) -> str:
        return "".join(self._attribute(name, value) for name, value in _ATTRIBUTE.findall(rest))

    def _attribute(self, name: str, value: str) -> str:
        """Footnotes' ids made the text's own; a table's alignment as a class; no `rel`."""
        if name == "rel":
            return ""
        if name == "style":
            return f' class="{value.removeprefix("text-align:")}"'
        if name == "id":
            value = f"{self._anchor}-{value}"
        elif name == "href" and value.startswith("#fn"):
            value = f"#{self._anchor}-{value[1:]}"
        return f' {name}="{value}"'

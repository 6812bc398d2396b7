"""What of a page is furniture, and what belongs to the article though the extractor left it out.

trafilatura knows what articles are like; it does not know of pop-ups, drop-down menus and
disclaimers in the page's main part, and loses lists and introductions whose markup is unusual. So
furniture is taken out before it, and what stands among the paragraphs it chose is put back after.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from copy import copy

from lxml import etree
from lxml.html import HtmlElement

_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:modal|dropdown|popover|popup|tooltip|lightbox|offcanvas|breadcrumbs?|pagination"
    r"|pager|disclaimer|notification|cookies?|consent|skip-?(?:link|nav|to)|sr-only"
    r"|visually-?hidden|screen-reader-text|print-only|share|sharing|social|comments?|related"
    r"|newsletter-signup|subscribe)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ROLES = re.compile(
    "navigation|banner|search|dialog|alertdialog|menu|menubar|tooltip|contentinfo|complementary"
    "|tablist|alert"
)
_WHOLE = frozenset({"html", "body", "main", "article"})
_MOST_OF_A_PAGE = 0.4

_RUN = 5  # words in a row that make a passage known again
_NEARLY_ALL = 0.9
_LONG = 25  # words of a paragraph that is prose by its length
_LINKED = 0.3  # the share of words in links from which on a block is a list of links
# What stands beside an article may be part of it: if it is so much of it, so much is prose, and
# so much of that prose is in a more generous choice as well.
_ENOUGH, _MOSTLY, _AGREED = 0.2, 0.6, 0.8
_LAYOUT = frozenset(
    {"div", "section", "article", "main", "ul", "ol", "dl", "table", "tbody", "thead", "tr", "td"}
)
_NOT_PROSE = frozenset(
    {"script", "style", "template", "noscript", "svg", "iframe", "form", "nav", "button", "select"}
)
_WORD = re.compile(r"\w+")


def without_furniture(tree: HtmlElement) -> HtmlElement:
    """The tree without what a reader of the article would not call part of it.

    By its role, or by the words that designers everywhere use for such parts; never anything that
    holds a large part of the page's text.
    """
    most = _MOST_OF_A_PAGE * len(tree.text_content())
    for element in list(tree.iter(etree.Element)):
        if element.tag in _WHOLE or element.getparent() is None or not _is_furniture(element):
            continue
        if len(element.text_content()) < most:
            element.drop_tree()
    return tree


def _is_furniture(element: HtmlElement) -> bool:
    if _ROLES.fullmatch(element.get("role", "").lower()) or element.get("aria-hidden") == "true":
        return True
    return bool(_FURNITURE.search(f"{element.get('class', '')} {element.get('id', '')}"))


def filled(tree: HtmlElement, chosen: str, recalled: Callable[[], str]) -> HtmlElement | None:
    """The part of a page that the chosen text is from, with what the choice left out of it.

    That part is the smallest element that holds nearly all that was chosen, or a larger one whose
    rest is prose as well. What it holds besides is kept where it is prose, or stands between what
    was chosen: lists, headings, short paragraphs. The page's tree is changed by it.

    Args:
        tree: The page, without its furniture.
        chosen: The text that the extractor chose.
        recalled: What it chooses when told to rather take too much; asked for if need be.

    Returns:
        None where no part of the page holds nearly all of it.
    """
    known = _Known(chosen)
    if not known.runs:
        return None
    for element in list(tree.iter(*_NOT_PROSE)):
        element.drop_tree()
    home = _home(tree, known)
    if home is None:
        return None
    whole = _climbed(home, recalled)
    _keep_prose(whole, known if whole is home else known | _Known(recalled()))
    return whole


class _Known:
    """What was chosen, to be found again: every five words in a row, and lines of fewer words."""

    def __init__(self, chosen: str) -> None:
        self.runs = frozenset(self._runs(_words(chosen)))
        lines = (_words(line) for line in chosen.split("\n"))
        self._lines = frozenset(line for line in lines if line and len(line) < _RUN)

    def __or__(self, other: _Known) -> _Known:
        both = copy(self)
        both.runs, both._lines = self.runs | other.runs, self._lines | other._lines
        return both

    @staticmethod
    def _runs(words: tuple[str, ...]) -> Iterator[int]:
        return (hash(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1))

    def share(self, element: HtmlElement) -> float:
        """How much of what was chosen stands in an element."""
        return len(self.runs.intersection(self._runs(_words(_text(element))))) / len(self.runs)

    def has(self, element: HtmlElement) -> bool:
        """Whether any of it does."""
        words = _words(_text(element))
        if len(words) < _RUN:
            return words in self._lines
        return not self.runs.isdisjoint(self._runs(words))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _WORD.findall(text))


def _text(element: HtmlElement) -> str:
    return " ".join(element.itertext())


def _home(tree: HtmlElement, known: _Known) -> HtmlElement | None:
    home = tree.find("body") if tree.tag == "html" else tree
    if home is None or known.share(home) < _NEARLY_ALL:
        return None
    while True:
        inner = [child for child in home if child.tag in _LAYOUT]
        fitting = [c for c in inner if known.share(c) >= _NEARLY_ALL]
        if not fitting:
            break
        home = fitting[0]
    return home


def _climbed(home: HtmlElement, recalled: Callable[[], str]) -> HtmlElement:
    """The largest element around one whose rest is prose that a generous choice has as well."""
    best, generous = home, None
    for ancestor in home.iterancestors():
        if ancestor.tag in _WHOLE:
            break
        beside = _beside(ancestor, home)
        words = sum(len(_words(_text(one))) for one in beside)
        if words < _ENOUGH * len(_words(_text(home))):
            continue
        prose = {leaf: len(_words(_text(leaf))) for leaf in _leaves(beside) if _is_prose(leaf)}
        if sum(prose.values()) < _MOSTLY * words:
            break
        generous = generous or _Known(recalled())
        agreed = sum(size for leaf, size in prose.items() if generous.has(leaf))
        if agreed < _AGREED * sum(prose.values()):
            break
        best = ancestor
    return best


def _beside(ancestor: HtmlElement, home: HtmlElement) -> list[HtmlElement]:
    """All that an element holds besides one of its descendants."""
    line = {ancestor, home, *home.iterancestors()}
    return [
        child
        for element in line
        if element is not home and (element is ancestor or ancestor in element.iterancestors())
        for child in element.iterchildren(etree.Element)
        if child not in line
    ]


def _leaves(elements: Sequence[HtmlElement]) -> Iterator[HtmlElement]:
    """The blocks below some elements that have no further blocks in them."""
    for element in elements:
        blocks = [child for child in element.iterchildren(etree.Element) if child.tag in _LAYOUT]
        if blocks:
            yield from _leaves(list(element.iterchildren(etree.Element)))
        else:
            yield element


def _linked(element: HtmlElement) -> float:
    """The share of its words that are in links."""
    words = len(_words(_text(element)))
    links = sum(len(_words(_text(link))) for link in element.iter("a"))
    return links / words if words else 0.0


def _is_prose(element: HtmlElement) -> bool:
    return len(_words(_text(element))) >= _LONG and _linked(element) < _LINKED


def _keep_prose(home: HtmlElement, known: _Known) -> None:
    """Take out of an element what is neither known nor prose nor between what is known."""
    children = list(home.iterchildren(etree.Element))
    places = [n for n, child in enumerate(children) if known.has(child)]
    for place, child in enumerate(children):
        if place in places:
            if child.tag in _LAYOUT:
                _keep_prose(child, known)
            continue
        between = bool(places) and places[0] < place < places[-1] and _linked(child) < 0.5
        leads = bool(places) and child.tag in _HEADINGS and place < places[-1]
        if not (between or leads or all(map(_is_prose, _leaves([child])))):
            child.drop_tree()


_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})

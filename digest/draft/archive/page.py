"""The HTML of a published issue, or of its mail, as Markdown with one paragraph to a block."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bs4 import BeautifulSoup, Comment, NavigableString, Tag

from digest.draft.archive.outline import Known
from digest.errors import UsageError
from digest.markup.addresses import is_web
from digest.markup.escape import escape, link
from digest.markup.personal import without_reader
from digest.markup.plain import one_line

# Where newsletter services, blogs and mails keep the text, the most telling first.
_CONTENT = (
    ".available-content .body.markup", ".body.markup", ".entry-content", ".post-content",
    ".post-body", "article .content", "[itemprop=articleBody]", "article", "main", "body",
)  # fmt: skip
_NOISE = (
    "script, style, noscript, template, iframe, svg, form, nav, button, .button-wrapper, .post-ufi,"
    " .subscription-widget-wrap, .subscribe-widget, .sharedaddy, .jp-relatedposts, .share-dialog"
)
_TITLES = ("h1.post-title", "h1.entry-title", "h1.headline", "article h1", "h1")
_SUBTITLES = ("h3.subtitle", ".subtitle", "h2.subtitle")
_BLOCK_NAMES = """
address article aside blockquote center dd div dl dt fieldset figcaption figure footer h1 h2 h3 h4
h5 h6 header hr li main ol p pre section table tbody td tfoot th thead tr ul body html
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_RULE = re.compile(r"(?:[*#_~=-]\s*){3,}|\\\*\\\*\\\*")
DEEPEST = 400
_NESTING = re.compile(
    r"<(?P<end>/?)(?:div|span|b|i|u|em|strong|font|table|blockquote|ul|ol|section|article|a|small|big"
    r"|center|sub|sup|code|pre|svg|g|form|button|label|fieldset|details)\b",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one dress."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str = ""
    image: str = ""


def from_page(html: str, *, mail: bool = False) -> tuple[str, Known]:
    """The text of a page as Markdown, and what its head says of it.

    Args:
        html: The page.
        mail: It came by mail; what it says of its reader is left out.
    """
    _refuse_depth(html)
    soup = BeautifulSoup(html, "lxml")
    if mail:
        without_reader(soup)
    known = Known(_title(soup), _first(soup, _SUBTITLES), _day(soup))
    for element in soup.select(_NOISE):
        element.decompose()
    found = (soup.select_one(selector) for selector in _CONTENT)
    root = next((element for element in found if element and element.get_text(strip=True)), soup)
    return "\n\n".join(_blocks(root)) + "\n", known


def _refuse_depth(html: str) -> None:
    """Refuse what nests as no page does: a tree of it would take quadratic time."""
    depth = 0
    for match in _NESTING.finditer(html):
        depth += -1 if match["end"] else 1
        if depth > DEEPEST:
            raise UsageError("its elements are nested too deep to be a page")


# ----------------------------------------------------------------------------------------- the head


def _title(soup: BeautifulSoup) -> str:
    return _first(soup, _TITLES) or _meta(soup, "og:title") or _first(soup, ("title",))


def _first(soup: BeautifulSoup, selectors: Iterable[str]) -> str:
    for selector in selectors:
        element = soup.select_one(selector)
        if element and (words := _SPACE.sub(" ", element.get_text(" ")).strip()):
            return words
    return ""


def _meta(soup: BeautifulSoup, name: str) -> str:
    element = soup.select_one(f'meta[property="{name}"], meta[name="{name}"]')
    return str(element.get("content") or "").strip() if element else ""


def _day(soup: BeautifulSoup) -> date | None:
    """The day of publication: from the page's metadata, else from its first time."""
    candidates = [_meta(soup, "article:published_time"), *_stated(soup)]
    element = soup.select_one("time[datetime]")
    if element:
        candidates.append(str(element.get("datetime")))
    for candidate in candidates:
        try:
            return date.fromisoformat(candidate[:10])
        except ValueError:
            continue
    return None


def _stated(soup: BeautifulSoup) -> Iterator[str]:
    for element in soup.select('script[type="application/ld+json"]'):
        try:
            value = json.loads(element.string or "")
        except ValueError:
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and isinstance(each.get("datePublished"), str):
                yield each["datePublished"]


# ----------------------------------------------------------------------------------------- the body


def _blocks(element: Tag) -> Iterator[str]:
    """The blocks of an element, each as Markdown."""
    waiting: list[Run] = []
    for child in element.children:
        if isinstance(child, Tag) and (child.name in _BLOCKS or _holds_blocks(child)):
            yield from _paragraph(waiting)
            waiting = []
            yield from _block(child)
        else:
            waiting += _runs(child, Run(""))
    yield from _paragraph(waiting)


def _holds_blocks(element: Tag) -> bool:
    return any(isinstance(each, Tag) and each.name in _BLOCKS for each in element.descendants)


def _block(element: Tag) -> Iterator[str]:
    name = element.name
    if name == "hr":
        yield "***"
    elif name in ("ul", "ol"):
        yield from filter(None, ["\n".join(_items(element, ""))])
    elif name == "blockquote":
        inner = "\n\n".join(_blocks(element))
        yield from filter(
            None, ["\n".join(f"> {line}".rstrip() for line in inner.split("\n") if inner)]
        )
    elif name == "pre":
        yield f"```\n{element.get_text().strip(chr(10))}\n```"
    elif re.fullmatch(r"h[1-6]", name):
        for words in _blocks_of_heading(element):
            yield f"{'#' * int(name[1])} {words}"
    else:
        yield from _blocks(element)


def _blocks_of_heading(element: Tag) -> Iterator[str]:
    """A heading's words without emphasis, which a heading needs not."""
    runs = [Run(run.text, url=run.url) for run in _runs(element, Run(""))]
    for paragraph in _paragraph(runs):
        yield " ".join(paragraph.split())


def _items(element: Tag, indent: str) -> Iterator[str]:
    """The lines of a list, and of the lists in it."""
    for number, item in enumerate(element.find_all("li", recursive=False), 1):
        mark = f"{number}." if element.name == "ol" else "*"
        parts = [part for part in _blocks(item) if part]
        first = True
        for part in parts:
            lines = part.split("\n")
            is_list = re.match(r"\s*(?:\*|\d+\.) ", lines[0]) and not first
            for line in lines:
                lead = f"{indent}{mark} " if first else f"{indent}  "
                yield f"{lead}{line}" if not is_list else f"{indent}  {line}"
                first = False


def _runs(node: object, dress: Run) -> Iterator[Run]:
    """The words below a node, each in its dress; a line break is a run of its own."""
    if isinstance(node, Comment):
        return
    if isinstance(node, NavigableString):
        yield Run(_SPACE.sub(" ", str(node)), dress.bold, dress.italic, dress.url)
        return
    if not isinstance(node, Tag):
        return
    if node.name == "br":
        yield Run("\n")
        return
    if node.name == "img":
        source = str(node.get("src") or "")
        if is_web(source):
            yield Run(one_line(str(node.get("alt") or "")), url=dress.url, image=source)
        return
    url = str(node.get("href") or "") if node.name == "a" else ""
    inner = Run(
        "",
        dress.bold or node.name in ("strong", "b"),
        dress.italic or node.name in ("em", "i", "cite"),
        url if is_web(url) else dress.url,
    )
    for child in node.children:
        yield from _runs(child, inner)


def _paragraph(runs: list[Run]) -> Iterator[str]:
    """One block of Markdown from some runs; none where they are blank."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if run.text == "\n":
            lines.append([])
        else:
            lines[-1].append(run)
    written = [line for line in (_line(line).strip() for line in lines) if line]
    if _RULE.fullmatch("".join(run.text for run in runs).strip()):
        yield "***"
    elif written:
        yield "\n".join(written)


def _line(runs: list[Run]) -> str:
    """A line of Markdown: links inside italics inside bold."""
    return "".join(
        _dressed("**", "".join(
            _dressed("*", "".join(_linked(url, image, "".join(run.text for run in same))
                                  for (url, image), same in groupby(slanted, _leads)), italic)
            for italic, slanted in groupby(heavy, lambda run: run.italic)), bold)
        for bold, heavy in groupby(_filled(runs), lambda run: run.bold)
    )  # fmt: skip


def _filled(runs: list[Run]) -> list[Run]:
    """The runs, where a blank one takes the dress of the one before: it shows none."""
    filled: list[Run] = []
    for run in runs:
        if not run.text.strip() and not run.image and filled:
            before = filled[-1]
            run = Run(run.text, before.bold, before.italic, "")  # noqa: PLW2901
        filled.append(run)
    return filled


def _leads(run: Run) -> tuple[str, str]:
    return run.url, run.image


def _linked(url: str, image: str, text: str) -> str:
    core = text.strip()
    if image:
        picture = f"!{link(core, image)}" if core else f"![]{link('x', image)[3:]}"
        return f"[{picture}]{link('x', url)[3:]}" if url and url != image else picture
    if not core:
        return text
    words = link(core, url) if url else _kept(core)
    return _around(text, words)


def _kept(text: str) -> str:
    """A stretch of a line, escaped as what stands between other words."""
    return " ".join(escape(f"x {text} x").split())[2:-2]


def _dressed(mark: str, text: str, wanted: bool) -> str:
    core = text.strip()
    return _around(text, f"{mark}{core}{mark}") if wanted and core else text


def _around(text: str, core: str) -> str:
    """The core with the white space that stood around it."""
    lead = " " if text[:1].isspace() else ""
    trail = " " if text[-1:].isspace() else ""
    return f"{lead}{core}{trail}"

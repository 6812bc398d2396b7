"""The article of a web page: its words, without menus, banners and footers."""

from __future__ import annotations

import logging
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import trafilatura
from lxml import html as lxml_html
from lxml.html import HtmlElement

from digest.errors import ParseError
from digest.fetch.dates import read_date
from digest.fetch.pagefacts import PageFacts
from digest.fetch.prose import filled, without_furniture
from digest.markup.html import links, to_text
from digest.markup.plain import one_line
from digest.markup.sanitise import sanitise
from digest.model import Link

# what they say of a page they cannot read is said in the error; on stderr cron would mail it
for _name in ("trafilatura", "htmldate", "courlan"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

if TYPE_CHECKING:
    from digest.fetch.exchange import Answer

# An article may have been left out by half; a page that holds more than this is not all article.
_MOST_ADDED = 3.0


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says.

    Attributes:
        title: Without the name of the site.
        text: Plain, a blank line between paragraphs.
        html: The same, safe to show.
        links: What the article links to.
    """

    title: str
    authors: tuple[str, ...]
    published: datetime | None
    text: str
    html: str
    links: tuple[Link, ...] = ()


def read_answer(answer: Answer) -> Article:
    """The article of an answer, be it a page or a PDF.

    Raises:
        ParseError: there is none.
    """
    if is_pdf(answer):
        from digest.fetch.pdf import read_pdf

        return read_pdf(answer.body, answer.final_url)
    return extract(answer.body, answer.final_url)


def is_pdf(answer: Answer) -> bool:
    """Whether an answer is a PDF, whatever it is called."""
    return b"%PDF-" in answer.body[:1024]


def extract(html: bytes, url: str) -> Article:
    """The article of a web page.

    Raises:
        ParseError: there is no article in the page.
    """
    tree = trafilatura.load_html(html)
    if tree is None:
        raise ParseError("this is not a web page", where=url)
    facts = PageFacts(tree, url)
    title, published, authors = facts.title(), facts.published(), facts.authors()
    bare = without_furniture(tree)
    found = _chosen(bare, url)
    chosen = (found.text if found else "") or ""
    if found is None or not to_text(chosen):
        raise ParseError("there is no article in this page", where=url)
    body = _fuller(bare, chosen)
    title = title or one_line(found.title or "")
    return Article(
        title=title,
        authors=authors or _people(found.author or ""),
        published=published or read_date(found.date or ""),
        text=_without_title(to_text(body), title),
        html=sanitise(body, url),
        links=links(body, url),
    )


def _chosen(tree: HtmlElement, url: str, *, generous: bool = False) -> Any:
    """What trafilatura takes for the article, as HTML with its facts."""
    return trafilatura.extract_with_metadata(
        deepcopy(tree),
        url=url or None,
        output_format="html",
        include_comments=False,
        include_links=True,
        include_formatting=True,
        favor_recall=generous,
    )


def _fuller(tree: HtmlElement, chosen: str) -> str:
    """The article as it stands in the page, if that is what was chosen and not much more."""
    short = to_text(chosen)
    untouched = deepcopy(tree)

    def recalled() -> str:
        found = _chosen(untouched, "", generous=True)
        return to_text(found.text or "") if found else ""

    home = filled(tree, short, recalled)
    if home is None:
        return chosen
    body = lxml_html.tostring(home, encoding="unicode", with_tail=False)
    return body if len(short) <= len(to_text(body)) * 1.05 <= _MOST_ADDED * len(short) else chosen


def _without_title(text: str, title: str) -> str:
    """The text without a first line that repeats the title."""
    first, _, rest = text.partition("\n\n")
    return rest if rest and first.casefold() == title.casefold() else text


def _people(names: str) -> tuple[str, ...]:
    return tuple(name for part in names.split(";") if (name := one_line(part)))

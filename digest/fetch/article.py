"""The article of a web page: its words, without menus, banners and footers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import trafilatura

from digest.errors import ParseError
from digest.fetch.dates import read_date
from digest.fetch.http import Answer
from digest.markup.html import links, sanitise, to_text
from digest.markup.plain import one_line
from digest.model import Link


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
    found = trafilatura.extract_with_metadata(
        html,
        url=url or None,
        output_format="html",
        include_comments=False,
        include_links=True,
        include_formatting=True,
    )
    body = (found.text if found else "") or ""
    text = to_text(body)
    if found is None or not text:
        raise ParseError("there is no article in this page", where=url)
    return Article(
        title=one_line(found.title or ""),
        authors=tuple(name for part in (found.author or "").split(";") if (name := one_line(part))),
        published=read_date(found.date or ""),
        text=text,
        html=sanitise(body, url),
        links=links(body, url),
    )

"""The text of a PDF: policy papers often are one."""

from __future__ import annotations

import html
import io
import logging
import re
import time
from datetime import UTC, datetime

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from digest.errors import ParseError
from digest.fetch.article import Article
from digest.fetch.entries import bare_links
from digest.markup.plain import one_line, paragraphs

# what pypdf says of a damaged document is said in the error; on stderr cron would mail it
logging.getLogger("pypdf").addHandler(logging.NullHandler())

_MOST_PAGES = 300
_MOST_SECONDS = 20.0
_MOST_CHARACTERS = 2_000_000
# pypdf's own name for damage, and what it stumbles over in documents made to be damaged
_DAMAGE = (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, OSError)
_DAMAGED = (*_DAMAGE, RecursionError, OverflowError, AssertionError, NotImplementedError)
# what a word processor calls a file that was never named
_UNNAMED = re.compile(
    r"^(?:untitled|microsoft word\b.*|document\d*)$|\.(?:docx?|pdf|tex|indd)$", re.IGNORECASE
)
_HYPHEN = re.compile(r"(?<=[a-z])[-\u00ad]\n(?=[a-z])")


def read_pdf(body: bytes, url: str) -> Article:
    """The text of a PDF, its title, authors and date as its properties have them.

    Reading stops after 300 pages or 20 seconds: what was read until then counts.

    Raises:
        ParseError: it is damaged, locked, or holds no text.
    """
    try:
        reader = PdfReader(io.BytesIO(body))
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = [] if locked else _pages(reader)
        title, author, created = ("", "", None) if locked else _properties(reader)
    except _DAMAGED as problem:
        raise ParseError(f"the PDF is damaged ({problem})", where=url) from problem
    text = "\n\n".join(part for page in pages for part in _paragraphs(page))
    if not text:
        reason = "is locked with a password" if locked else "holds no text: perhaps it is scanned"
        raise ParseError(f"the PDF {reason}", where=url)
    return Article(
        title=title or _first_line(text),
        authors=tuple(
            name for part in re.split(r"[;&]|\band\b", author) if (name := one_line(part))
        ),
        published=created,
        text=text,
        html="".join(f"<p>{html.escape(part, quote=False)}</p>" for part in text.split("\n\n")),
        links=bare_links(text),
    )


def _pages(reader: PdfReader) -> list[str]:
    end = time.monotonic() + _MOST_SECONDS
    found: list[str] = []
    length = 0
    for number, page in enumerate(reader.pages):
        if number >= _MOST_PAGES or length > _MOST_CHARACTERS or time.monotonic() > end:
            break
        found.append(page.extract_text())
        length += len(found[-1])
    return found


def _properties(reader: PdfReader) -> tuple[str, str, datetime | None]:
    known = reader.metadata
    if known is None:
        return "", "", None
    created = known.creation_date
    if created is not None:
        created = (created if created.tzinfo else created.replace(tzinfo=UTC)).astimezone(UTC)
    title = one_line(str(known.title or ""))
    if _UNNAMED.search(title):
        title = ""
    return title, str(known.author or ""), created


def _paragraphs(page: str) -> list[str]:
    """The paragraphs of a page: lines that a full stop does not end go on in the next."""
    whole = _HYPHEN.sub("", page.replace("\r", "\n"))
    broken = re.sub(r"(?<=[.!?:”\"])[ \t]*\n(?=[ \t]*[A-Z0-9“\"•–-])", "\n\n", whole)
    return paragraphs(broken)


def _first_line(text: str) -> str:
    return one_line(text.partition("\n")[0])[:200]

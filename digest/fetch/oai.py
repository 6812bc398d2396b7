"""arXiv's archive, page by page, by OAI-PMH: for a past that is too long for its search.

A request names days and a set, or continues where a page's resumption token points. Tokens expire;
whoever holds an old one begins again at the day that was reached. `arXivRaw` is the only form that
tells all versions and the second of each; its names hold TeX accents, which are read here.
https://info.arxiv.org/help/oa/index.html, https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from lxml import etree

from digest.errors import ParseError
from digest.fetch.arxiv import patiently
from digest.fetch.dates import read_date
from digest.fetch.http import Http
from digest.fetch.identity import fingerprint
from digest.fetch.papers import names, paper_of
from digest.markup.identifiers import arxiv_id
from digest.markup.plain import one_line
from digest.model import Item

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_FORM = "arXivRaw"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which records: changed between two days (`2026-06-01`), of a set or of all (empty)."""

    since: str
    until: str
    set: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of records.

    Attributes:
        papers: Its papers; withdrawn records that hold nothing are left out.
        token: Where the next page is; empty at the end.
        total: How many records there are in all, or 0 where the archive does not say.
        reached: The day of the latest change on this page.
    """

    papers: tuple[Item, ...] = ()
    token: str = ""
    total: int = 0
    reached: str = ""


class Expired(ParseError):
    """The resumption token does not hold any more."""


async def page(wish: Wish, token: str, http: Http, *, source_id: str) -> Page:
    """The records of a wish: the first page, or the one that a token points to.

    Raises:
        Expired: the archive does not know the token any more.
        ParseError: the answer is none of an archive's, or its refusal.
        FetchError: the archive could not be asked.
    """
    asked = {"verb": "ListRecords"}
    if token:
        asked |= {"resumptionToken": token}
    else:
        asked |= {"metadataPrefix": _FORM, "from": wish.since, "until": wish.until}
        asked |= {"set": wish.set} if wish.set else {}
    url = f"{http.settings.oai_url}?{urlencode(asked)}"
    answer = await patiently(url, http, accept="text/xml, application/xml;q=0.9")
    return read(answer.body, source_id=source_id)


def read(body: bytes, *, source_id: str) -> Page:
    """One answer to ListRecords.

    Raises:
        Expired, ParseError: as `page` raises them.
    """
    root = _root(body)
    if root is None or root.tag != f"{_OAI}OAI-PMH":
        raise ParseError("this is not an answer of arXiv's archive (OAI-PMH)")
    for error in root.iter(f"{_OAI}error"):
        code = error.get("code", "")
        if code == "noRecordsMatch":
            return Page()
        kind = Expired if code == "badResumptionToken" else ParseError
        raise kind(f"arXiv's archive refuses the request: {code} {one_line(error.text or '')}")
    records = list(root.iter(f"{_OAI}record"))
    token = next(root.iter(f"{_OAI}resumptionToken"), None)
    size = "" if token is None else token.get("completeListSize", "")
    found = (_paper(record, source_id) for record in records)
    return Page(
        papers=tuple({paper.id: paper for paper in found if paper is not None}.values()),
        token=(token.text or "").strip() if token is not None else "",
        total=int(size[:9]) if size.isascii() and size.isdecimal() else 0,
        reached=max((day for record in records for day in _days(record)), default=""),
    )


def _root(body: bytes) -> etree._Element | None:
    # a stray character in one of a thousand abstracts is not to cost the others
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _days(record: etree._Element) -> Iterator[str]:
    for stamp in record.iter(f"{_OAI}datestamp"):
        if day := _DAY.match(stamp.text or ""):
            yield day[0]


def _paper(record: etree._Element, source_id: str) -> Item | None:
    said: dict[str, str] = {}
    versions: list[tuple[str, str]] = []
    for element in record.iterfind(f"{_OAI}metadata/*/*"):
        name = str(element.tag).rpartition("}")[2]
        if name == "version":
            moment = next((child.text for child in element if "date" in str(child.tag)), "")
            versions.append((element.get("version", ""), moment or ""))
        else:
            said[name] = element.text or ""
    number = arxiv_id(said.get("id", ""))
    if number is None or not said.get("title"):
        return None
    first, last = versions[0] if versions else ("", ""), versions[-1] if versions else ("", "")
    note = one_line(said.get("comments", ""))
    doi = {"doi": said["doi"].split()[0].lower()} if said.get("doi", "").split() else {}
    made = paper_of(number, source_id=source_id, abstract=said.get("abstract", ""), note=note)
    made = replace(
        made,
        title=one_line(said["title"]),
        authors=authors(said.get("authors", "")),
        published=read_date(first[1]),
        updated=read_date(last[1]) if len(versions) > 1 else None,
        external_ids={**made.external_ids, **doi},
        categories=tuple(said.get("categories", "").split()),
        via="arxiv-oai",
    )
    return replace(made, fingerprint=fingerprint(made, last[0]))


# ------------------------------------------------------------------------------------------- names

_MARKS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328",
    "r": "\u030a", "d": "\u0323",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ",
    "OE": "Œ", "aa": "å", "AA": "Å", "i": "i", "j": "j",
}  # fmt: skip
_ACCENT = re.compile(
    r"""\\(["'`^~=.]|[uvHckrd](?![A-Za-z]))\s*(?:\{\s*\\?([A-Za-z])\s*\}|\\?([A-Za-z]))"""
)
_LETTER = re.compile(r"\\(ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j)(?![A-Za-z])\s*")
_INNERMOST = re.compile(r"\([^()]*\)")


def authors(line: str) -> tuple[str, ...]:
    r"""The names in a line of authors, without affiliations; `Andr\'e` becomes `André`."""
    line = one_line(line)
    for _depth in range(5):
        line = _INNERMOST.sub("", line)
    line = _ACCENT.sub(lambda match: (match[2] or match[3]) + _MARKS[match[1]], line)
    line = _LETTER.sub(lambda match: _LETTERS[match[1]], line)
    line = unicodedata.normalize("NFC", line.replace("{", "").replace("}", "").replace("~", " "))
    return tuple(one_line(name) for name in names(re.sub(r",?\s+and\s+", ", ", line)))

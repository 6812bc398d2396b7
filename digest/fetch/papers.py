"""arXiv's answers as items: one id for each paper, whichever way it came.

The wire format is the `arxiv` package's to read; here its results become items, and the entries of
the daily listing become the same items, poorer.
"""

from __future__ import annotations

import html as html_module
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from digest.errors import ParseError
from digest.fetch.entries import bare_links
from digest.fetch.identity import fingerprint
from digest.markup.identifiers import arxiv_id, arxiv_version
from digest.markup.plain import one_line
from digest.model import Item

if TYPE_CHECKING:
    import arxiv

_TOTAL = re.compile(rb"<(?:\w+:)?totalResults\b[^>]*>\s*(\d{1,9})\s*<")
_ENTRY = re.compile(rb"<(?:\w+:)?entry[\s>]")
_ERROR = re.compile(
    rb"<id>\s*https?://arxiv\.org/api/errors[^<]*</id>.*?<summary[^>]*>(.*?)</summary>", re.DOTALL
)
_API = re.compile(rb"https?://arxiv\.org/(?:api|schemas/atom)\b")
_ANNOUNCED = re.compile(
    r"arXiv:(?P<id>\S+)\s+Announce Type:\s*(?P<type>[a-z-]+)\s*(?:Abstract:\s*)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an API answer: `total` results in all, `entries` of them here."""

    papers: tuple[Item, ...]
    total: int
    entries: int


def is_api_answer(body: bytes) -> bool:
    """Whether the bytes are an answer of arXiv's API, or its error."""
    head = body[:4096]
    return bool(_TOTAL.search(head)) and bool(_API.search(head)) and b"<rss" not in head


def read_api(body: bytes, *, source_id: str) -> Page:
    """Read one page of the API's answer.

    Raises:
        ParseError: the answer is arXiv's error, which is named, or no answer of arXiv's.
    """
    if error := _ERROR.search(body):
        said = one_line(html_module.unescape(error[1].decode("utf-8", "replace")))
        raise ParseError(f"arXiv refuses the query: {said}", cure="Check the query's syntax.")
    total = _TOTAL.search(body)
    if total is None:
        raise ParseError("this is not an answer of arXiv's API")
    papers = [paper(result, source_id=source_id) for result in _results(body)]
    return Page(
        tuple({item.id: item for item in papers if item is not None}.values()),
        int(total[1]),
        len(_ENTRY.findall(body)),
    )


class _OneAnswer:
    """A session for the `arxiv` package that holds one answer, and no connection."""

    status_code = 200

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self.content = b""

    def get(self, _url: str, **_headers: object) -> _OneAnswer:
        if self._body is None:
            raise _NoMoreError
        self.content, self._body = self._body, None
        return self


class _NoMoreError(Exception):
    """The package asks for a second page; pages are fetched one by one."""


def _results(body: bytes) -> list[arxiv.Result]:
    import arxiv  # with requests behind it: only for those who ask the API

    client: Any = arxiv.Client(delay_seconds=0, num_retries=0)
    # the package has no other way to be given its answers
    client._session = _OneAnswer(body)  # noqa: SLF001
    found: list[arxiv.Result] = []
    try:
        found.extend(client.results(arxiv.Search(max_results=None)))
    except _NoMoreError:
        pass
    except ValueError as problem:
        raise ParseError(f"arXiv's answer cannot be read ({problem})") from problem
    return found


def paper(result: arxiv.Result, *, source_id: str) -> Item | None:
    """A result of the API as an item; None where its id is not one."""
    number = arxiv_id(result.entry_id)
    if number is None:
        return None
    categories = dict.fromkeys([result.primary_category, *result.categories])
    comment = one_line(result.comment or "")
    doi = {"doi": result.doi.strip().lower()} if result.doi else {}
    made = paper_of(number, source_id=source_id, abstract=result.summary, note=comment)
    made = replace(
        made,
        entry_id=_unversioned(result.entry_id),
        title=one_line(result.title),
        authors=tuple(one_line(author.name) for author in result.authors),
        published=result.published,
        updated=result.updated if result.updated > result.published else None,
        external_ids={**made.external_ids, **doi},
        categories=tuple(name for name in categories if name),
        via="arxiv-api",
    )
    return replace(made, fingerprint=fingerprint(made, str(arxiv_version(result.entry_id))))


def _unversioned(name: str) -> str:
    return re.sub(r"v\d+$", "", name)


def paper_of(number: str, *, source_id: str, abstract: str, note: str = "") -> Item:
    """A paper as far as its number, its abstract and its authors' note make it."""
    text = one_line(abstract)
    return Item(
        id=f"arxiv:{number}",
        source_id=source_id,
        entry_id=number,
        url=f"https://arxiv.org/abs/{number}",
        title="",
        kind="paper",
        text=text,
        html=f"<p>{html_module.escape(text, quote=False)}</p>" if text else "",
        links=bare_links(f"{text} {note}"),
        external_ids={"arxiv": number},
        note=note,
    )


# -------------------------------------------------------------------------------------- the listing


def is_listing(items: Sequence[Item]) -> bool:
    """Whether the items of a feed are those of arXiv's daily listing."""
    return bool(items) and all(_announcement(item) for item in items[:3])


def _announcement(item: Item) -> re.Match[str] | None:
    return _ANNOUNCED.match(item.text) if arxiv_id(item.url or item.entry_id) else None


def listed(items: Iterable[Item]) -> tuple[Item, ...]:
    """The entries of a daily listing as papers.

    A listing says when a paper was announced: for a new or cross-listed one that is its date, until
    the API tells the true one; for a replaced one it is the date of the change, and all that is
    known of the first date is the month in the id.
    """
    papers = (_listed(item, match) for item in items if (match := _announcement(item)))
    return tuple({paper.id: paper for paper in papers}.values())


def _listed(item: Item, announced: re.Match[str]) -> Item:
    number = arxiv_id(announced["id"]) or arxiv_id(item.url) or item.entry_id
    made = paper_of(number, source_id=item.source_id, abstract=item.text[announced.end() :])
    replaced = announced["type"].lower().startswith("replace")
    made = replace(
        made,
        entry_id=_unversioned(item.entry_id),
        title=item.title,
        authors=tuple(name for line in item.authors for name in names(line)),
        published=_month(number) if replaced else item.published,
        updated=item.published if replaced else None,
        categories=item.categories,
        via="arxiv-listing",
    )
    return replace(made, fingerprint=fingerprint(made, announced["id"]))


def names(line: str) -> list[str]:
    """The names in a line, between commas."""
    return [
        name.strip() for name in re.split(r",(?!\s*(?:Jr|Sr|II|III|IV)\b)", line) if name.strip()
    ]


def _month(number: str) -> datetime | None:
    """The first day of the month in which an arXiv id was given."""
    digits = re.search(r"(\d\d)(\d\d)", number)
    if not digits or not 1 <= int(digits[2]) <= 12:
        return None
    year = int(digits[1])
    return datetime(1900 + year if year > 90 else 2000 + year, int(digits[2]), 1, tzinfo=UTC)


def refuse(body: bytes) -> NoReturn:
    """Raise what an error answer of arXiv means."""
    read_api(body, source_id="arxiv")
    raise ParseError("arXiv refuses the query (400) without saying why")

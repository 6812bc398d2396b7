"""What an arXiv source would bring, decided here: for papers that come from the archive as a whole.

The API searches words, not letters, and pays no heed to case or marks; so does this. It is the
same query language (`digest.config.query`), asked of one paper at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from digest.config.query import Query, Term, read
from digest.config.schema import ArxivSource
from digest.markup.identifiers import arxiv_id
from digest.model import Item

Wanted: TypeAlias = Callable[[Item], bool]

_GROUPS = frozenset({"cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"})
_RANGE = re.compile(r"\[\s*(\d{8,14})\s+TO\s+(\d{8,14})\s*\]")
_TEXTS: Mapping[str, Callable[[Item], str]] = {
    "ti": lambda item: item.title,
    "abs": lambda item: item.text,
    "au": lambda item: " ".join(item.authors),
    "co": lambda item: item.note,
    "all": lambda item: " ".join(
        (item.title, item.text, *item.authors, *item.categories, item.note)
    ),
}


def wanted(source: ArxivSource) -> Wanted:
    """Whether a paper is one that the source would bring."""
    if source.query is not None:
        return _matcher(read(source.query))
    names = listed_categories(source)
    return lambda item: any(
        name in names or name.partition(".")[0] in names for name in item.categories
    )


def listed_categories(source: ArxivSource) -> frozenset[str]:
    """The categories of a daily listing, as its address names them: `…/rss/cs.AI+cs.CY`."""
    last = unquote(urlsplit(source.listing or "").path).rstrip("/").rpartition("/")[2]
    return frozenset(name for name in last.split("+") if name)


def archive_sets(source: ArxivSource) -> frozenset[str] | None:
    """The sets of arXiv's archive that hold all that the source would bring; None for the whole."""
    if source.query is not None:
        return _sets(read(source.query))
    return frozenset(_group(name) for name in listed_categories(source)) or None


def _group(category: str) -> str:
    archive = category.partition(".")[0].rstrip("*")
    return archive if archive in _GROUPS else "physics"


def _sets(query: Query) -> frozenset[str] | None:
    if isinstance(query, Term):
        named = query.field == "cat" and not query.text.partition(".")[0].endswith("*")
        return frozenset({_group(query.text)}) if named else None
    left, right = _sets(query.left), _sets(query.right)
    if query.operator == "OR":
        return None if left is None or right is None else left | right
    if query.operator == "ANDNOT" or right is None:
        return left
    # what must lie in both lies in either: the smaller is less to ask for
    return right if left is None or len(right) < len(left) else left


def _matcher(query: Query) -> Wanted:
    if isinstance(query, Term):
        return _term(query)
    left, right = _matcher(query.left), _matcher(query.right)
    if query.operator == "AND":
        return lambda item: left(item) and right(item)
    if query.operator == "OR":
        return lambda item: left(item) or right(item)
    return lambda item: left(item) and not right(item)


def _term(term: Term) -> Wanted:
    if term.field in {"submittedDate", "lastUpdatedDate"}:
        return _dated(term)
    if term.field == "cat":
        pattern = _pattern(term.text)
        return lambda item: any(pattern.fullmatch(name) for name in item.categories)
    if term.field == "id":
        number = arxiv_id(term.text) or term.text
        return lambda item: item.external_ids.get("arxiv") == number
    if term.field not in _TEXTS:
        return lambda _item: False  # journals and report numbers are not kept
    text = _TEXTS[term.field]
    if "*" in term.text or "?" in term.text:
        words = re.sub(r"[^\w*?]+|_", " ", term.text.lower()).strip()
        pattern = re.compile(f" {_pattern(words).pattern} ")
        return lambda item: pattern.search(_words(text(item))) is not None
    needle = _words(term.text)
    return lambda item: needle in _words(text(item))


def _dated(term: Term) -> Wanted:
    match = _RANGE.fullmatch(term.text)
    assert match, term  # noqa: S101 - the configuration was checked
    first, last = (_moment(digits) for digits in match.groups())
    if term.field == "submittedDate":
        return lambda item: item.published is not None and first <= item.published <= last
    return lambda item: (
        (changed := item.updated or item.published) is not None and first <= changed <= last
    )


def _moment(digits: str) -> datetime:
    return datetime.strptime(digits.ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _pattern(text: str) -> re.Pattern[str]:
    parts = {"*": r"\S*", "?": r"\S"}
    return re.compile("".join(parts.get(letter) or re.escape(letter) for letter in text))


@lru_cache(maxsize=64)
def _words(text: str) -> str:
    """The words of a text in lower case, one space before, between and after them.

    The last texts are remembered: every term of every query asks for the same few.
    """
    words = re.sub(r"[\W_]+", " ", text.lower()).strip()
    return f" {words} "

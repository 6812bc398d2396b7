"""arXiv's search language, as far as the sample archive answers it.

    query := term (operator term)*            operators bind alike, from left to right
    term  := "(" query ")" | [field ":"] (word | "phrase" | [FROM TO UNTIL])

Fields: ti, abs, au, co, cat, id, all, submittedDate. Words are compared whole and without case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from digest.demo.library import Post, Version

Found: TypeAlias = Callable[[Post, Version], bool]
"""Whether a paper, as it stands, is what was asked for."""

_TOKEN = re.compile(r'\s*([()]|[A-Za-z]+:\[[^\]]*\]|(?:[A-Za-z]+:)?(?:"[^"]*"|[^\s()"]+))')
_RANGE = re.compile(r"\[\s*(\d{8}(?:\d{4})?(?:\d{2})?)\s+TO\s+(\d{8}(?:\d{4})?(?:\d{2})?)\s*\]")
_COMBINE: dict[str, Callable[[Found, Found], Found]] = {
    "AND": lambda left, right: lambda post, version: left(post, version) and right(post, version),
    "OR": lambda left, right: lambda post, version: left(post, version) or right(post, version),
    "ANDNOT": lambda left, right: (
        lambda post, version: left(post, version) and not right(post, version)
    ),
}
_TEXTS: dict[str, Callable[[Version], str]] = {
    "ti": lambda version: version.title,
    "abs": lambda version: version.text,
    "au": lambda version: version.byline,
    "co": lambda version: version.comment,
    "all": lambda version: " ".join(
        [version.title, version.text, version.byline, version.comment, *version.categories]
    ),
}


def search(query: str) -> Found:
    """What the query asks for.

    Raises:
        ValueError: it is not a query.
    """
    found, rest = _query(_tokens(query.strip()))
    if rest:
        raise ValueError(f"unbalanced query at {rest[0]}")
    return found


def _tokens(query: str) -> list[str]:
    tokens, here = [], 0
    while here < len(query):
        match = _TOKEN.match(query, here)
        if match is None:
            raise ValueError(f"malformed query at character {here + 1}")
        tokens.append(match[1])
        here = match.end()
    return tokens


def _query(tokens: list[str]) -> tuple[Found, list[str]]:
    found, rest = _term(tokens)
    while rest and rest[0] != ")":
        if rest[0] not in _COMBINE:
            raise ValueError(f"expected AND, OR or ANDNOT before {rest[0]}")
        right, after = _term(rest[1:])
        found, rest = _COMBINE[rest[0]](found, right), after
    return found, rest


def _term(tokens: list[str]) -> tuple[Found, list[str]]:
    if not tokens or tokens[0] == ")" or tokens[0] in _COMBINE:
        raise ValueError("nothing to search for")
    if tokens[0] != "(":
        return _word(tokens[0]), tokens[1:]
    found, rest = _query(tokens[1:])
    if not rest:
        raise ValueError("a bracket is never closed")
    return found, rest[1:]


def _word(token: str) -> Found:
    field, colon, value = token.partition(":")
    if not colon or field.startswith('"'):
        field, value = "all", token
    if field == "submittedDate":
        return _submitted(value)
    value = value.strip('"')
    if field == "cat":
        return lambda _post, version: any(_in(category, value) for category in version.categories)
    if field == "id":
        return lambda post, _version: post.slug == re.sub(r"v\d+$", "", value)
    if field not in _TEXTS:
        raise ValueError(f"unknown field {field}")
    needle, text_of = _plain(value), _TEXTS[field]
    return lambda _post, version: needle in _plain(text_of(version))


def _in(category: str, wanted: str) -> bool:
    return category.startswith(wanted[:-1]) if wanted.endswith("*") else category == wanted


def _submitted(value: str) -> Found:
    match = _RANGE.fullmatch(value)
    if match is None:
        raise ValueError(f"malformed date range {value}")
    start, end = (
        datetime.strptime(digits.ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        for digits in match.groups()
    )
    return lambda post, _version: start <= post.published <= end


def _plain(text: str) -> str:
    return " " + re.sub(r"[^\w]+", " ", text.casefold()).strip() + " "

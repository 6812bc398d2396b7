"""The query language of arXiv's API: a good query read, a bad one told from it.

    query := term (operator term)*
    term  := "(" query ")" | [field ":"] (word | "phrase" | "(" query ")") | date ":" "[" a TO b "]"
    operator := AND | OR | ANDNOT

The API answers a malformed query with no papers, or with papers that nobody asked for, and says
nothing; so it is refused before it is sent. The same holds of two words side by side, which the API
reads as OR: whoever writes `abs:world model` means the phrase. Source of the rules:
https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import TypeAlias

DATES = ("submittedDate", "lastUpdatedDate")
FIELDS = ("ti", "au", "abs", "co", "jr", "cat", "rn", "id", "all", *DATES)
OPERATORS = ("AND", "OR", "ANDNOT")
_DEEPEST = 50

_TOKEN = re.compile(
    r"""
    (?P<open>\() | (?P<close>\)) |
    (?P<phrase>"[^"]*") |
    (?P<range>\[[^\[\]]*\]) |
    (?P<field>[A-Za-z_]+): |
    (?P<word>[^\s():"\[\]]+) |
    (?P<stray>\S)
    """,
    re.VERBOSE,
)
_RANGE = re.compile(r"\[\s*(\S+)\s+TO\s+(\S+)\s*\]")
_CATEGORY = re.compile(r"[a-z][a-z-]*(?:\.(?:[A-Za-z][A-Za-z-]*\*?|\*))?\*?")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int

    @property
    def place(self) -> str:
        return f"at character {self.at + 1}"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for: a word, a phrase without its marks, or a range of dates."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two queries and what joins them: AND, OR or ANDNOT."""

    operator: str
    left: Query
    right: Query


Query: TypeAlias = Term | Pair


def check(query: str) -> None:
    """Read a query from end to end.

    Raises:
        ValueError: The query is malformed, see `read`.
    """
    read(query)


def read(query: str) -> Query:
    """What a query asks for. Operators bind alike and are taken from left to right.

    Raises:
        ValueError: The query is malformed; the message says what is wrong and at which character.
    """
    tokens = [
        _Token(match.lastgroup or "", match[match.lastgroup or 0], match.start())
        for match in _TOKEN.finditer(query)
    ]
    if not tokens:
        raise ValueError('the query is empty: expected one such as cat:cs.AI AND abs:"world model"')
    return _Reader(tokens).read()


class _Reader:
    """Recursive descent; `_here` is the token to read next."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0

    @property
    def _here(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def read(self) -> Query:
        found = self._query(0, "all")
        if rest := self._here:
            raise ValueError(f"there is a ) without its ( {rest.place}")
        return found

    def _query(self, depth: int, field: str) -> Query:
        if depth > _DEEPEST:
            raise ValueError(f"more than {_DEEPEST} parentheses inside each other")
        found = self._term(depth, field)
        while (token := self._here) and token.kind != "close":
            if token.text not in OPERATORS or token.kind != "word":
                raise ValueError(self._missing_operator(token))
            self._next += 1
            found = Pair(token.text, found, self._term(depth, field, after=token))
        return found

    def _missing_operator(self, token: _Token) -> str:
        before = self._tokens[self._next - 1]
        if before.kind == "word" and before.text.upper() == "NOT":
            return f"{before.text} {before.place}: expected ANDNOT alone"
        if token.kind == "word" and token.text.upper() in (*OPERATORS, "NOT"):
            right = "ANDNOT" if "NOT" in token.text.upper() else token.text.upper()
            return f"{token.text} {token.place}: expected {right}"
        return (
            f"expected AND, OR or ANDNOT before {token.text} {token.place}; "
            'words that belong together stand in quotation marks, as in abs:"world model"'
        )

    def _term(self, depth: int, field: str, after: _Token | None = None) -> Query:
        token = self._here
        if token is None or token.kind == "close" or _is_operator(token):
            raise ValueError(_nothing_to_search(token, after))
        self._next += 1
        if token.kind == "open":
            return self._group(token, depth, field)
        if token.kind == "field":
            return self._field(token, depth)
        _check_word(token)
        return Term(field, token.text.strip('"'))

    def _group(self, opening: _Token, depth: int, field: str) -> Query:
        found = self._query(depth + 1, field)
        if self._here is None:
            raise ValueError(f"the ( {opening.place} has no )")
        self._next += 1
        return found

    def _field(self, field: _Token, depth: int) -> Query:
        if field.text not in FIELDS:
            raise ValueError(_unknown_field(field))
        value = self._here
        if value is None or value.kind in {"close", "field"} or _is_operator(value):
            raise ValueError(f"nothing to search for after {field.text}: {field.place}")
        self._next += 1
        if field.text in DATES:
            _check_range(value)
        elif value.kind == "open":
            return self._group(value, depth, field.text)
        else:
            _check_word(value)
            if field.text == "cat" and not _CATEGORY.fullmatch(value.text.strip('"')):
                raise ValueError(f"{value.text} {value.place} is no category such as cs.AI or cs.*")
        return Term(field.text, value.text.strip('"'))


def _is_operator(token: _Token) -> bool:
    return token.kind == "word" and token.text in OPERATORS


def _nothing_to_search(token: _Token | None, after: _Token | None) -> str:
    if after:
        return f"nothing to search for after {after.text} {after.place}"
    if token is None:
        return "the query ends where something to search for should stand"
    return f"nothing to search for before {token.text} {token.place}"


_OTHER_NAMES = {
    "title": "ti",
    "author": "au",
    "abstract": "abs",
    "comment": "co",
    "journal": "jr",
    "category": "cat",
    "report": "rn",
    "date": "submittedDate",
    "submitted": "submittedDate",
    "updated": "lastUpdatedDate",
}


def _unknown_field(field: _Token) -> str:
    known = {name.lower(): name for name in FIELDS} | _OTHER_NAMES
    near = get_close_matches(field.text.lower(), known, n=1)
    hint = f": did you mean {known[near[0]]}:?" if near else f": there are {', '.join(FIELDS)}"
    return f"no such field {field.text}: {field.place}{hint}"


def _check_word(token: _Token) -> None:
    if token.kind == "stray" and token.text == '"':
        raise ValueError(f"the quotation mark {token.place} has no partner")
    if token.kind == "range":
        raise ValueError(f"{token.text} {token.place}: a range follows submittedDate: alone")
    if token.kind == "stray":
        raise ValueError(f"unexpected {token.text} {token.place}")
    if token.kind == "phrase" and not token.text.strip('" \t'):
        raise ValueError(f"empty quotation marks {token.place}")


def _check_range(token: _Token) -> None:
    expected = "expected a range such as [20260601 TO 20260630] or [202606010000 TO 202606302359]"
    match = _RANGE.fullmatch(token.text)
    if not match:
        raise ValueError(f"{token.text} {token.place}: {expected}")
    start, end = (_moment(day, token, expected) for day in match.groups())
    if start > end:
        raise ValueError(f"{token.text} {token.place}: the range ends before it begins")


def _moment(digits: str, token: _Token, expected: str) -> str:
    """The date as fourteen digits, so that two of them compare."""
    formats = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
    try:
        # only whether there is such a day and minute is asked: no zone comes into it
        datetime.strptime(digits, formats[len(digits)])  # noqa: DTZ007
    except (ValueError, KeyError):
        raise ValueError(f"{digits} {token.place} is no date: {expected}") from None
    return digits.ljust(14, "0")

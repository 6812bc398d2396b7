"""Where sentences end in real prose: news, papers, newsletters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.model import Span

# Never the end of a sentence: a name, a number or a reference follows.
_LEADING = frozenset(
    "dr mr mrs ms mx prof rev hon sen rep gov gen col maj capt lt sgt st fr sr jr messrs mme mlle"
    " fig figs eq eqs eqn eqns sec secs ref refs tab tabs ch chap app appx thm lem prop def cor alg"
    " vol vols pp ed eds trans art arts cl para paras op cit ibid viz cf vs v approx ca resp"
    " e.g i.e eg ie a.k.a w.r.t s.t esp incl excl min max avg no nos nr dept est mt".split()
)
# The end of a sentence only when something follows that begins one.
_EITHER = frozenset(
    "etc al inc ltd co corp llc plc bros u.s u.k u.n e.u u.s.a d.c a.m p.m am pm ph.d b.a m.a b.s"
    " m.s b.sc m.sc m.d jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun"
    " ave blvd rd sq et seq yr yrs hr hrs mins secs mo wk wks".split()
)
_NUMBER_FOLLOWS = frozenset("no nos nr art vol pp p sec fig eq ch ed ref tab cl para".split())
# Words that begin sentences and seldom names.
_STARTERS = frozenset(
    "a an the this that these those it its he she they we i you there here his her their our my your"
    " in on at by for from with without under over after before during since until while when where"
    " what which who why how if unless because although though as and but or nor so yet however"
    " moreover furthermore thus therefore hence finally first second third next then also additionally"
    " meanwhile instead indeed overall specifically notably importantly unfortunately surprisingly"
    " interestingly recently currently today most many some several all both each every such one two"
    " three no not now only our to using based given despite unlike compared experiments results"
    " existing previous prior recent is are was were can could do does did has have had will would"
    " let consider note see".split()
)
_STOP = re.compile(
    r"""
    (?P<stop>[.!?…]+|[。！？｡]+)
    (?P<close>(?:["'”’»)\]}]|\*+|_+|\[\d+(?:[,–-]\s?\d+)*\])*)
    (?=\s|$|(?<=[。！？｡])|(?<=[。！？｡]["'”’」』）]))
    """,
    re.VERBOSE,
)
_BLOCKS = re.compile(
    r"[^\S\n]*\n(?:[^\S\n]*\n)+|\n(?=[^\S\n]*(?:[-*•‣◦–—·+]|\(?\d{1,3}[.)])[^\S\n]+\S)"
)
_BULLET = re.compile(r"\s*(?:(?:[-*•‣◦–—·+]|\(?\d{1,3}[.)])\s+)?")
_WORD_BEFORE = re.compile(r"[^\s(\[{\"'“‘«]+$")
_NEXT = re.compile(r"[\s\"'“‘«(\[{*_]*(?P<word>[^\s\"'”’)\]]*)")


def split(text: str) -> list[Span]:
    """The sentences of a text in order, without the white space around them.

    Blank lines and the starts of list items end a sentence too; the mark of a list item is in none.
    Abbreviations, initials, decimals and what stands in brackets do not end one.
    """
    return [span for start, end in _blocks(text) for span in _sentences(text, start, end)]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _BLOCKS.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    bullet = _BULLET.match(text, start, end)
    start = bullet.end() if bullet else start
    for stop in _STOP.finditer(text, start, end):
        if _ends(text, start, stop, end):
            yield Span(start, stop.end())
            start = stop.end()
            while start < end and text[start].isspace():
                start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)


def _ends(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    if stop.end() >= end or stop["stop"][0] in "。！？｡":
        return True
    follows = _NEXT.match(text, stop.end(), end)
    word = follows["word"] if follows else ""
    if not word:
        return True
    if word[0].islower() and not any(letter.isupper() for letter in word[1:]):
        return False
    if stop["stop"] != "." or stop["close"].strip("*_"):
        return True
    return not _abbreviates(text, start, stop.start(), word)


def _abbreviates(text: str, start: int, at: int, word: str) -> bool:
    """Whether the full stop at `at` belongs to the word before it."""
    before = _WORD_BEFORE.search(text, max(start, at - 40), at)
    token = before[0].lower() if before else ""
    starts = word.lower().strip(".,;:") in _STARTERS and word[0].isupper()
    if token in _NUMBER_FOLLOWS and token == "no":
        return word[0].isdigit()
    if token in _LEADING:
        return True
    if token in _EITHER or re.fullmatch(r"(?:[a-z]\.)+[a-z]", token):
        return not starts
    if len(token) == 1 and token.isalpha() and before and before[0].isupper():
        return not starts or token == "i" and False
    return False

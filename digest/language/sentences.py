"""Where sentences end in real prose: news, papers, newsletters.

Rules and tables instead of a model: they need no download, a wrong end can be traced to a line, and
on abstracts they err less often than the abstracts' own punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.markup.plain import word_set
from digest.model import Span

# Before a name. Written with a capital; "the gen. of" is nothing.
_TITLES = word_set(
    "Dr Drs Mr Mrs Ms Mx Prof Profs Rev Hon Sen Sens Rep Reps Gov Gen Col Maj Capt Cpt Cmdr Lt"
    " Sgt St Ste Mt Ft Fr Pres Supt Messrs Mme Mlle Sig"
)
# Never the end of a sentence.
_ALWAYS = word_set(
    "fig figs eq eqs eqn eqns refs secs vols chs e.g i.e eg ie cf vs viz approx resp w.r.t a.k.a"
    " s.t esp incl excl et ibid eds trans ca c.f"
)
# An abbreviation before a number, and a word of its own otherwise: "no. 5", "the answer is no."
_NUMBERED = word_set(
    "no nos nr art arts max min avg app appx prop props tab tabs ch chap sec para paras ed p pp"
    " cl def thm lem cor alg vol ref op doc"
)
# The end of a sentence if what follows begins one.
_EITHER = word_set(
    "al inc ltd co corp llc plc bros jr sr am pm jan feb mar apr jun jul aug sep sept oct nov"
    " dec mon tue tues wed thu thur thurs fri sat sun ave blvd rd sq dept univ est assn yr yrs hr"
    " hrs v"
)
# Words that begin sentences and seldom names.
_STARTERS = word_set(
    "a an the this that these those it its it's he she they we i you there here his her their"
    " our my your in on at by for from with without under over after before during since until"
    " while when where what which who why how if unless because although though as and but or nor"
    " so yet however moreover furthermore thus therefore hence finally first second third next"
    " then also additionally meanwhile instead indeed overall specifically notably importantly"
    " unfortunately surprisingly interestingly recently currently today most many some several"
    " all both each every such one two three not now only to using based given despite unlike"
    " compared experiments results existing previous prior recent is are was were can could do"
    " does did has have had will would let consider note see more even of"
)
_DOMAINS = word_set("Com Org Net Edu Gov Io Ai Js Py Md Co Html Php Txt Pdf Json")

_STOP = re.compile(
    r"""
    # One set of all stops at the front: the search skips from stop to stop.
    (?P<stop>[.!?…。！？｡](?:(?<=\.)(?:[ ]\.){2,}|(?<=[.!?…])[.!?…]*|(?<=[。！？｡])[。！？｡]*))
    (?P<close>(?:["'”’»)\]}]|\*+|_+|[ ]?\[\d+(?:[,–-][ ]?\d+)*\])*)
    (?= \s | $ | (?P<glued>“?[A-Z]) | (?<=[。！？｡]) | (?<=[。！？｡]["'”’」』）]) )
    """,
    re.VERBOSE,
)
_MARK = r"(?:[-*•‣◦–—·+]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])"
_BLOCKS = re.compile(rf"\n(?:[^\S\n]*\n)+|\n(?=[^\S\n]*{_MARK}[^\S\n]+\S)")
_BULLET = re.compile(rf"\s*(?:{_MARK}\s+)?")
_BEFORE = re.compile(r"[^\s(\[{\"'“‘«][^\s(\[{\"“‘«]{0,39}$")
_NEXT = re.compile(r"[\s\"'“‘«(\[{*_]*(?P<word>[^\s\"”)\]]*)")
_ENUMERATED = re.compile(r"\s*\(?(?:[ivx]{1,4}|[a-z]|\d{1,2})\)\s")
_NUMBER = re.compile(r"[\d(]|[IVX]+\b|[A-Z]\.?\d")
_GLUED = re.compile(r"“?(?:A|I|[A-Z][a-z'’]+)(?=[\s,;:'’!?]|\.[\s\"”]|$)")
_ACRONYM = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")


def split(text: str) -> list[Span]:
    """The sentences of a text in order, without the white space around them.

    Blank lines and the starts of list items end a sentence too; the mark of a list item is in none.
    Abbreviations, initials, decimals and what stands in brackets do not end one.
    """
    return [span for start, end in _blocks(text) for span in _sentences(text, start, end)]


def first(text: str) -> Span | None:
    """The first sentence of a text, found without looking further; None where there is none."""
    found = (span for start, end in _blocks(text) for span in _sentences(text, start, end))
    return next(found, None)


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
        if stop.start() >= start and _ends(text, start, stop, end):
            yield Span(start, stop.end())
            start = stop.end()
            while start < end and text[start].isspace():
                start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)


def _ends(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether a sentence that began at `start` ends with this stop."""
    if stop.end() >= end or stop["stop"][0] in "。！？｡":
        return True
    if stop["glued"]:
        return _lacks_a_space(text, start, stop, end)
    follows = _NEXT.match(text, stop.end(), end)
    word = follows["word"] if follows else ""
    if not word or _ENUMERATED.match(text, stop.end(), end):
        return True
    if _goes_on(word):
        return False
    if stop["stop"] != "." or stop["close"].strip("*_"):
        return not _in_brackets(text, start, stop, end)
    return not _abbreviates(text, start, stop.start(), word) and not _in_brackets(
        text, start, stop, end
    )


def _goes_on(word: str) -> bool:
    """Whether the word after a stop is one that begins no sentence: iPhone and k-means may."""
    return word[0].islower() and not re.match(r"[a-z]+[A-Z\d]|[a-z]-\w", word)


def _lacks_a_space(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether two sentences stand together without a space; and not a.File.Name or an address."""
    before = _BEFORE.search(text, max(start, stop.start() - 40), stop.start())
    after = _GLUED.match(text, stop.end(), end)
    if not before or not after or after[0] in _DOMAINS or re.search(r"[./@\\:_]", before[0]):
        return False
    return bool(
        stop["close"] or before[0] == "I" or re.search(r"[A-Za-z]['’]?[a-z]\W*$", before[0])
    )


def _in_brackets(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether the stop stands in brackets that the sentence opened and soon closes and goes on."""
    opened = text.rfind("(", start, stop.start())
    if opened <= start or text.find(")", opened, stop.end()) >= 0:
        return False
    closed = text.find(")", stop.end(), min(end, stop.end() + 200))
    following = text[closed + 1 : closed + 3].strip() if closed >= 0 else ""
    return closed >= 0 and bool(following) and (following[0].islower() or following[0] in ",;:.")


def _abbreviates(text: str, start: int, at: int, word: str) -> bool:
    """Whether the full stop at `at` belongs to the word before it; `word` follows."""
    before = _BEFORE.search(text, max(start, at - 40), at)
    if not before:
        return False
    short = before[0]
    lower = short.lower()
    following = word.lower().strip(".,;:!?")
    starts = word[0].isupper() and (following in _STARTERS or following.endswith("ly"))
    if short in _TITLES or (lower in _ALWAYS and not (short.isupper() and len(short) > 1)):
        return True
    if lower in _NUMBERED:
        return bool(_NUMBER.match(word))
    if short.isupper() and len(short) > 1 and "." not in short:
        return False
    if lower in _EITHER or _ACRONYM.fullmatch(short):
        return not starts
    return len(short) == 1 and short.isupper() and not starts

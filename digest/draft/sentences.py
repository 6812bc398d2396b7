"""Which sentences of a stored text may stand in a summary, and which say nothing by themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from digest.language.sentences import split
from digest.model import Span

FEWEST_WORDS = 5
MOST_WORDS = 75

_ENDS = re.compile(r"[.!?…。！？][\"'”’»)\]*_]*$")
_CUT_OFF = re.compile(r"(?:\.{3}|…)\W*$")  # by a feed that gives the first words alone
_STARTS = re.compile(r"[\"'“‘«*_¿¡]*[^\W_a-zà-öø-ÿ]")
_FORMULA = re.compile(r"\\[A-Za-z]{2,}|[{}]")
# Entities that were never decoded, and links in markup that was never read.
_UNDECODED = re.compile(r"&#?\w{1,31};|\]\(")
_WORD = re.compile(r"[^\W\d_]{2,}")
# A date run into the heading behind it, as pages without styles read.
_GLUED = re.compile(r"\b\d{4}[A-Z][a-z]")
MOST_CAPITALS = 0.7  # of a sentence's words; more make a heading, a list of names or an address
_BOILERPLATE = re.compile(
    r"""
      announce\ type | ^arxiv:\d | \bcookies?\b.{0,60}\b(?:use|accept|policy|consent|experience)
    | \b(?:use|accept)s?\b.{0,20}\bcookies\b | privacy\ policy | terms\ of\ (?:use|service)
    | all\ rights\ reserved | ©|\(c\)\ \d{4} | \bmin(?:ute)?s?\ read\b | ^share\ (?:this|on)\b
    | ^(?:please\s+)?(?:subscribe|sign\ up|sign\ in|log\ ?in|click|tap|follow\ us|contact\ us)\b
    | ^(?:please\s+)?join\ us\b | ^(?:please\s+)?(?:feel\ free|stay\ tuned|let\ (?:me|us)\ know)\b
    | \b(?:submit|send)\ (?:your\ |written\ )?comments\b
    | ^(?:read|learn|find\ out|see|view|show)\ (?:more|the\ full)\b | ^download\b | ^skip\ to\b
    | subscribe\ to\ (?:our|the|this|my|get) | our\ newsletter | ^thanks?\ for\ reading
    | ^(?:photo|image|picture|illustration|video|credit)s?\b.{0,12}(?:by|:|credit) | ^advertisement
    | ^(?:posted|published|written|updated)\b.{0,30}(?:\d{4}|\bby\b)
    | \b\d+[\ -]point\b.{0,30}\bfont\b | \bpage\ (?:limit|number)
    | \b(?:submissions?|responses?|comments)
      \ (?:should|must|may|will|previously|received|submitted)\b
    | \bproprietary\ information\b | \b(?:comment|submission)\ period\b
    | ^last\ (?:updated|modified|reviewed)\b | (?-i:^B[Yy]\ [A-Z]\S+\ [A-Z]\S+)
    | ^for\ immediate\ release | ^(?:figure|fig\.|table)\ \d
    | enable\ javascript | javascript\ is\ (?:disabled|required) | ^comments?:
    | ^an\ official\ website\ of | \.gov\ website | official\ government\ organi[sz]ation
    | ^(?:\W*\d+\s+(?:pages|figures|tables)\b)
    | (?-i:^(?:Accepted|To\ appear|Published)\ (?:at|by|to|in)\ [A-Z])
    """,
    re.IGNORECASE | re.VERBOSE,
)
_AVAILABILITY = re.compile(
    r"\b(?:code|data(?:set)?s?|models?|weights|implementation|materials?|videos?|demos?)\b.{0,60}"
    r"\b(?:available|released|found|accessed|open-?sourced)\b.{0,12}\b(?:at|on|via|here|under)\b"
    r"|^project\ (?:page|website)|https?://",
    re.IGNORECASE,
)
# What points back at a sentence before it.
_DEPENDENT = re.compile(
    r"""
    (?:it|its|they|their|them|he|she|his|her|him|this|these|those|that|such|both|neither|either
      |the\ former|the\ latter|here|there|another|others|one\ such|instead|rather
      |similarly|likewise|conversely
      |otherwise|accordingly|as\ such|so|but|and|or|nor|yet|then|also|still|even\ so|for\ example
      |for\ instance|e\.g\.|i\.e\.|second|third|fourth|secondly|thirdly|next|finally|lastly|moreover
      |furthermore|additionally|in\ addition|besides|in\ contrast|by\ contrast|on\ the\ other\ hand
      |on\ the\ contrary|as\ a\ (?:result|consequence)|consequently|therefore|thus|hence|however
      |nevertheless|nonetheless|subsequently|specifically|in\ particular
      |in\ (?:fact|short|summary|turn)
      |indeed|meanwhile|after(?:wards)?
      |(?:yes|no|well|sure|right|exactly|again|okay|ok)(?=,)
      |to\ (?:this|that)\ end|for\ this|because\ of\ this|with\ this|unlike\ (?:this|these|them)
      |(?:if|when|while|as|since|because|although|though|after|before|until|once|unless|despite)
       \ (?:this|these|those|it(?!\ (?:is|was)\ \w+\ (?:that|to)\b)|they|he|she)
      |to\ \w+\ (?:about\ |of\ )?(?:it|this|that|these|those|them))\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
# What points at another place of its page.
_ELSEWHERE = re.compile(
    r"\b(?:mentioned|described|discussed|listed|linked|shown|given|outlined|noted|quoted|cited)"
    r" (?:here|above|below|earlier|previously)\b|\b(?:the|as|see) (?:above|below)\b"
    r"|\bhere(?:[.!]$| with\b)|^(?:[\w’'-]+ ){1,4}(?:thus|therefore|hence)\b",
    re.IGNORECASE,
)
_SELF_CONTAINED = re.compile(
    r"(?:this|the\s+present|that)\s+(?:paper|work|article|study|report|survey|review|thesis|letter|note"
    r"|position\s+paper|post|essay|tutorial|chapter|guide|page|bill|act|order|memo(?:randum)?|week|month"
    r"|year|morning|spring|summer|autumn|fall|winter|rule)\b|these\s+days\b|there\s+(?:is|are|has|have)\b"
    r"|both\s+\S+\s+and\b|it\s+(?:is|has|was|remains|seems|(?:may|might|can|would|will)\s+be|has\s+been)"
    r"\s+(?:\w+\s+){0,3}(?:that|to|known|clear|important)\b"
    r"|such\s+as\b",
    re.IGNORECASE,
)
# What can be left off the front: the rest is the whole sentence, word for word.
_WORK = (
    r"(?:paper|work|article|study|report|survey|review|thesis|letter|note|manuscript|post|tutorial)"
)
_OPENER = re.compile(
    rf"""
      [-*•–]\s+(?=\S)  # of a list
    | (?:in|with|through|throughout)\s+(?:this|the\s+present|our)\s+(?:\w+\s+)?{_WORK}\s*,?\s+
      (?=(?:we|I)\b)
    | (?:in|with|through)\s+(?:this|the\s+present)\s+(?:\w+\s+)?{_WORK}\s*,\s+
    | to\s+\w+\s+(?:this|these|those|such|the\s+above)(?:\s+[\w-]+){{0,4}}\s*,\s+
    | (?:motivated|inspired|guided|driven)\s+by\s+(?:this|these)(?:\s+[\w-]+){{0,3}}\s*,\s+
    | (?:here|thus|hence|therefore|(?:and|but|so)\s+here|to\s+this\s+end)\s+(?=(?:we|I)\b)
    | (?:here|to\s+(?:this|that)\s+end|however|moreover|furthermore|additionally|in\s+addition
        |therefore|thus|hence|specifically|in\s+particular|finally|lastly|consequently|accordingly
        |as\s+a\s+result|besides|in\s+contrast|by\s+contrast|in\s+short|in\s+turn|further
        |also|in\s+summary|to\s+summari[sz]e|overall|nevertheless|nonetheless|concretely|more\s+specifically
        |crucially|notably|importantly|interestingly|surprisingly|instead)\s*,\s+
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HANGING = " \t\r\n\v\f\xa0.,;:"
_PAIRS = (("“", "”"), ("(", ")"), ("[", "]"), ("«", "»"))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text.

    Attributes:
        text: Its words.
        span: Where it stands in the text.
        index: Its number among all sentences of the text, from 0.
        usable: Whether it may be quoted: a whole sentence that is no boilerplate.
        dependent: Whether it points back at the sentence before it.
        formula: Whether it holds commands of TeX, which a reader should be spared.
    """

    text: str
    span: Span
    index: int
    usable: bool
    dependent: bool
    formula: bool = False


def sentences_of(text: str, given: Sequence[str] | None = None) -> list[Sentence]:
    """The sentences of a text, or the given ones, which joined by single spaces are the text."""
    return list(_of_text(text)) if given is None else _looked_at(text, _spans(given))


@lru_cache(maxsize=32)
def _of_text(text: str) -> tuple[Sentence, ...]:
    """One entry asks for the sentences of its texts half a dozen times."""
    return tuple(_looked_at(text, split(text)))


def _looked_at(text: str, spans: Sequence[Span]) -> list[Sentence]:
    return [
        Sentence(
            text=text[span.start : span.end],
            span=span,
            index=index,
            usable=is_usable(text[span.start : span.end]),
            dependent=is_dependent(text[span.start : span.end]),
            formula=bool(_FORMULA.search(text, span.start, span.end)),
        )
        for index, span in enumerate(spans)
    ]


def is_usable(sentence: str) -> bool:
    """Whether a sentence is whole and says something: no heading, byline, fragment or notice."""
    words = sentence.split()
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or "\n\n" in sentence:
        return False
    if not _ENDS.search(sentence) or _CUT_OFF.search(sentence):
        return False
    if not (opener(sentence) or _STARTS.match(sentence)):
        return False
    if len(_WORD.findall(sentence)) < len(words) / 2 or sentence.isupper():
        return False
    if _UNDECODED.search(sentence) or _GLUED.search(sentence) or _is_heading(words):
        return False
    if any(sentence.count(a) != sentence.count(b) for a, b in _PAIRS) or sentence.count('"') % 2:
        return False
    return not _BOILERPLATE.search(sentence) and not _AVAILABILITY.search(sentence)


def _is_heading(words: list[str]) -> bool:
    """Whether nearly all words that carry meaning have a capital."""
    named = [word for word in words if len(word) > 3 and word[:1].isalpha()]
    capitals = sum(word[:1].isupper() for word in named)
    return len(named) > 3 and capitals > MOST_CAPITALS * len(named)


def is_dependent(sentence: str) -> bool:
    """Whether a sentence needs the one before it to be understood, an opener aside."""
    sentence = sentence[opener(sentence) :]
    if _ELSEWHERE.search(sentence):
        return True
    return bool(_DEPENDENT.match(sentence)) and not _SELF_CONTAINED.match(sentence)


def opener(sentence: str) -> int:
    """How many characters can be left off the front without changing a word of the rest."""
    end = 0
    while match := _OPENER.match(sentence, end):  # "However, in this paper, we …" has two
        if len(sentence[match.end() :].split()) < FEWEST_WORDS:
            break
        end = match.end()
    return end


def _spans(given: Sequence[str]) -> list[Span]:
    """Where given sentences stand without what hangs at their ends: blanks, another's full stop."""
    spans = []
    start = 0
    for sentence in given:
        words = sentence.lstrip(_HANGING) if sentence.strip(_HANGING) else sentence
        front = start + len(sentence) - len(words)
        spans.append(Span(front, front + len(words.rstrip())))
        start += len(sentence) + 1
    return spans

"""An entry's points: how each of its paragraphs begins, and what it quotes.

Every word is the entry's own, and every quotation one of those that were verified when it went out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from digest.language.finding import unmarked
from digest.language.sentences import first
from digest.markup.slots import slots_in
from digest.model import Quote, Span

# A quotation of fewer words stands well enough in its sentence.
LEAST_PULLED = 8
# More would be the source's page, not the editor's.
MOST_PULLED = 2

_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_PASSED_OVER = re.compile(r"(?:\||\[\^|<|\t| {4}|(?:\*\s*){3,}$|-{3,}$)")
_ITEM = re.compile(r"^ {0,3}(?:[-*+]|\d{1,3}[.)])\s+", re.MULTILINE)
_HEADING = re.compile(r" {0,3}#{1,6}\s+(.*?)\s*#*\s*\Z", re.DOTALL)
_LEAD = re.compile(r"(?:\*\*|__)(?P<lead>[^*_\n:]+)\s*:?\s*(?:\*\*|__)\s*:?\s*")
_QUOTED = re.compile(r"^\s*>[^\S\n]?", re.MULTILINE)
_MARKED = re.compile(r"[*_`\[\\&]")
_WORD = re.compile(r"\w+")
# A quotation's mark, and not that of inches.
_OPENS = re.compile(r"(?<!\S)[(\[]?[“\"](?=\S)")
_MARK = re.compile('[“"]')
_NOTE = re.compile(r"\[\^[^\]\s]+\]")


@dataclass(frozen=True, slots=True)
class Point:
    """One point: Markdown, and `pulled`, the quotations it rests on.

    `lead` is what a paragraph sets before its text, or the heading above it; of a list each item's
    lead and text are `details`.
    """

    lead: str
    text: str
    details: tuple[tuple[str, str], ...] = ()
    pulled: tuple[Quote, ...] = ()


def points_of(body: str, quotes: Sequence[Quote]) -> tuple[Point, ...]:
    """The points of an entry.

    Args:
        body: Its Markdown.
        quotes: The quotations in it, in order.
    """
    found: list[Point] = []
    left = [quote for quote in quotes if len(quote.text.split()) >= LEAST_PULLED]
    heading = ""
    for block in _blocks(body):
        if match := _HEADING.match(block):
            heading = match[1]
            continue
        pulled = _pull(block, left)
        point = Point("", "") if block.startswith(">") else _point(block, heading)
        if pulled or _MARK.search(point.text):
            point = replace(point, text=_once(point.text, pulled))
        if point.lead and not (point.text or point.details or pulled):
            heading = point.lead
            continue
        if not (point.text or point.details):
            # A block quotation belongs to what leads up to it.
            last = found.pop() if found else Point(heading, "")
            point, pulled = last, [*last.pulled, *pulled]
        heading = ""
        found.append(Point(point.lead, point.text, point.details, tuple(pulled[:MOST_PULLED])))
    return tuple(one for one in found if one.text or one.details or one.pulled)


def _blocks(body: str) -> Iterator[str]:
    """Paragraphs, lists, headings and block quotations; not code, tables, notes or what is HTML."""
    fenced = False
    for block in re.split(r"\n[^\S\n]*\n+", body):
        fences = sum(1 for line in block.split("\n") if _FENCE.match(line))
        if fences or fenced:
            fenced ^= fences % 2 == 1
        elif block.strip() and not _PASSED_OVER.match(block):
            yield block.strip("\n")


def _point(block: str, heading: str) -> Point:
    if _ITEM.match(block):
        items = map(_parted, _ITEM.split(block)[1:])
        return Point(heading, "", tuple(item for item in items if any(item)))
    lead, text = _parted(block)
    return Point(lead or heading, text)


def _parted(text: str) -> tuple[str, str]:
    """The lead of a paragraph, where it has one, and the first sentence behind it."""
    lead = _LEAD.match(text)
    return (lead["lead"], _begins(text[lead.end() :])) if lead else ("", _begins(text))


def _begins(text: str) -> str:
    """The first sentence, of a question its answer too; nothing where it is not written yet."""
    text = (_NOTE.sub("", text) if "[^" in text else text).strip()
    span = first(text)
    asked = span and text[: span.end].rstrip('*_)”"').endswith("?")
    if span and asked and (answer := first(text[span.end :])):
        span = Span(span.start, span.end + answer.end)
    begins = text[span.start : span.end] if span else ""
    return "" if next(slots_in(begins), None) else " ".join(begins.split())


def _once(text: str, pulled: Sequence[Quote]) -> str:
    """A sentence that ends in what is pulled out below it, as far as its quotation mark.

    What it quotes beyond its own end is closed there otherwise.
    """
    opened = _OPENS.search(text)
    if not opened:
        return text
    begun = _WORD.findall(unmarked(text[opened.end() :])) if pulled else []
    for quote in pulled:
        if begun and _WORD.findall(quote.text)[: len(begun)] == begun:
            return text[: opened.start()].rstrip()
    curly, straight = text.count("“") > text.count("”"), text.count('"') % 2
    return text + ("”" if curly else '"' if straight else "")


def _pull(block: str, left: list[Quote]) -> list[Quote]:
    """The quotations that stand in a block, taken off what is left of the entry's."""
    if not left:
        return []
    words = " ".join((_QUOTED.sub("", block) if ">" in block else block).split())
    pulled = [quote for quote in left if " ".join(quote.text.split()) in words]
    if len(pulled) < len(left) and _MARKED.search(words):
        # Emphasis within a quotation, which is kept without it.
        words = " ".join(unmarked(words).split())
        pulled = [quote for quote in left if " ".join(quote.text.split()) in words]
    left[:] = [quote for quote in left if quote not in pulled]
    return pulled

"""Whether a draft has the parts that an issue needs, and its links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.draft.problems import (
    GAP,
    Habits,
    Place,
    Problem,
    blanked,
    place_in,
    place_of_key,
    shortened,
    text_start,
    without_hidden,
)
from digest.draft.read import Draft
from digest.draft.sections import Section
from digest.draft.slots import is_slot, slots_in
from digest.language.quotations import find
from digest.language.sentences import split
from digest.markup.addresses import canonical, is_web
from digest.model import Entry

_TARGET = re.compile(r"(?<!\\)\]\((?P<inside>[^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)")
_UNCLOSED = re.compile(r"(?<!\\)\]\((?:https?:|www\.)[^()\s]*(?=\s|$)(?![^()\n]*\))", re.MULTILINE)
_APART = re.compile(r"\[[^\[\]\n]+\]\s+\((?:https?:|www\.)[^()\s]+\)")
# A shorter sentence says too little to be anybody's.
_LEAST_WORDS = 8
_ADDRESS = re.compile(r"<(?P<angled>[^<>\n]*)>|(?P<plain>\S*)")


def problems(draft: Draft, habits: Habits) -> Iterator[Problem]:
    """Everything but slots and words: the front matter, the parts of entries, links, markers."""
    yield from _front(draft, habits)
    yield from _lookalikes(draft)
    yield from _links(draft, habits)
    yield from _repeated(draft)
    yield from _length(draft, habits)
    entries = {entry.key: entry for entry in draft.issue.entries}
    for section in draft.sections:
        if section.role == "entry":
            yield from _entry(draft, section, entries[section.key], habits)


# ------------------------------------------------------------------------------- the front matter


def _front(draft: Draft, habits: Habits) -> Iterator[Problem]:
    issue = draft.issue
    other = habits.numbers.get(issue.number)
    if other is not None and other != issue.id:
        place = place_of_key(draft, "number")
        message = f"number {issue.number} belongs to issue {other}"
        cure = "give this issue the number after the last one"
        yield Problem("error", "duplicate-number", message, place.line, cure=cure)
    if issue.date and habits.last and issue.date <= habits.last:
        place = place_of_key(draft, "date")
        message = f"the date {issue.date} is not after the issue before, {habits.last}"
        cure = "correct the date"
        yield Problem("error", "date-order", message, place.line, cure=cure)
    if not issue.parts:
        place = place_of_key(draft, "title")
        message = "the title does not name its parts"
        cure = "write it as Title NUMBER: one thing; another; a third"
        yield Problem("warning", "no-parts", message, place.line, cure=cure)


def _length(draft: Draft, habits: Habits) -> Iterator[Problem]:
    if habits.usual_words is None:
        return
    fewest, most = habits.usual_words
    count = sum(
        len(text.split())
        for one in draft.issue.entries
        for text in (one.headline, one.tagline, one.body, one.why.thesis, one.why.text)
    )
    if not fewest <= count <= most:
        message = f"its entries have {count} words; this newsletter's have {fewest} to {most}"
        yield Problem("warning", "length", message, 1, cure="look whether that is meant")


# ------------------------------------------------------------------------------------ the entries


def _entry(draft: Draft, section: Section, entry: Entry, habits: Habits) -> Iterator[Problem]:
    yield from _no_read_more(draft, section, entry)
    place = _first_line(draft, section)
    if not entry.headline and section.text.strip():
        message = "this text between two rules is an entry without a headline"
        cure = "give it one (## and its words), or join it to the entry above"
        yield Problem("warning", "no-headline", message, place.line, key=section.key, cure=cure)
    if section.marked and not entry.themes:
        message = "the entry has no theme"
        cure = "write themes=… into its marker: <!-- entry KEY themes=policy -->"
        yield Problem("warning", "no-theme", message, section.line - 1, key=section.key, cure=cure)
    for where in habits.covered.get(section.key, ()):
        message = f"the story was covered before, in {where}"
        cure = "say what is new, or delete the entry"
        yield Problem("warning", "covered", message, place.line, key=section.key, cure=cure)
    if news := habits.news.get(section.key):
        message = f"new for this entry since you took it over: {', '.join(news)}"
        cure = f"`digest draft --diff {section.key}` shows what the machine would write"
        yield Problem("warning", "new-source", message, place.line, key=section.key, cure=cure)
    yield from _machine_words(draft, section, entry, habits)


def _no_read_more(draft: Draft, section: Section, entry: Entry) -> Iterator[Problem]:
    """An item says where to read more; an essay, or a heading alone, need not."""
    has_body = entry.body or entry.why.text
    awaited = any(is_slot(more.title) for more in entry.read_more)
    if entry.kind == "essay" or not has_body or awaited:
        return
    if any(more.url for more in entry.read_more):
        return
    place = _first_line(draft, section)
    yield Problem(
        "error" if section.marked else "warning",
        "no-read-more",
        "the entry does not say where to read more",
        place.line,
        key=section.key,
        cure="end it with **Read more:** [title](address) (venue).",
    )


def _machine_words(
    draft: Draft, section: Section, entry: Entry, habits: Habits
) -> Iterator[Problem]:
    """The machine's summary as it wrote it: publishable, but nobody's writing yet."""
    machine = [" ".join(text.split()) for text in habits.machine.get(section.key, ())]
    body = " ".join(entry.body.split())
    if not machine or not body or any(slots_in(body)):
        return
    if any(body in text for text in machine):
        first = entry.body.split("\n", 1)[0]
        message = "the summary stands as the machine wrote it"
        yield _left(draft, section, max(0, section.text.find(first)), message)
        return
    text = blanked(section.text, [(one.span.start, one.span.end) for one in find(section.text)])
    start = max(0, section.text.find(entry.body))
    for span in split(text[start : start + len(entry.body)]):
        words = " ".join(text[start + span.start : start + span.end].split())
        if GAP in words or len(words.split()) < _LEAST_WORDS:
            continue
        if any(words in said for said in machine):
            message = f"this sentence stands as the machine wrote it: {shortened(words)}"
            yield _left(draft, section, start + span.start, message)


def _left(draft: Draft, section: Section, offset: int, message: str) -> Problem:
    place = place_in(draft, text_start(section, draft) + offset)
    cure = "make it yours: say what it is in your words, keep the quotations that you need"
    return Problem("warning", "machine-words", message, place.line, place.column, section.key, cure)


def _first_line(draft: Draft, section: Section) -> Place:
    start = text_start(section, draft)
    blank = len(section.text) - len(section.text.lstrip())
    return place_in(draft, start + blank)


# -------------------------------------------------------------------------------------- the links


def _links(draft: Draft, habits: Habits) -> Iterator[Problem]:
    """Links that lead nowhere: by their form, or because nothing answers there."""
    body = draft.blocks[0].end if draft.blocks and draft.blocks[0].kind == "front" else 0
    text = without_hidden(draft.text)
    for match in _TARGET.finditer(text, body):
        inside = match["inside"].strip()
        found = _ADDRESS.match(inside)
        address = (found["angled"] or found["plain"] or "") if found else ""
        title = inside[found.end() :].strip() if found else ""
        place = place_in(draft, match.start() + 2)
        key = _key_at(draft, match.start())
        if not _leads_somewhere(address) or (title and title[0] not in "\"'("):
            yield _malformed(address or inside, place, key)
        elif address in habits.dead:
            message = f"{address} does not answer: {habits.dead[address]}"
            cure = "look whether the page has moved"
            yield Problem("warning", "dead-link", message, place.line, place.column, key, cure)
    for pattern in (_UNCLOSED, _APART):
        for match in pattern.finditer(text, body):
            place = place_in(draft, match.start() + 1)
            yield _malformed(match[0], place, _key_at(draft, match.start()))


def _leads_somewhere(address: str) -> bool:
    if address.lower().startswith("mailto:"):
        return "@" in address
    return is_web(address) or (address.startswith(("#", "/")) and len(address) > 1)


def _malformed(shown: str, place: Place, key: str) -> Problem:
    return Problem(
        "error",
        "malformed-link",
        f"this is not a link that leads anywhere: {shown or 'its address is empty'}",
        place.line,
        place.column,
        key,
        "write it as [words](https://…)",
    )


def _repeated(draft: Draft) -> Iterator[Problem]:
    """The same address given twice to read more."""
    first: dict[str, Place] = {}
    entries = {entry.key: entry for entry in draft.issue.entries}
    for section in draft.sections:
        if section.role != "entry":
            continue
        start = text_start(section, draft)
        offset = 0
        for more in entries[section.key].read_more:
            if not is_web(more.url):
                continue
            found = section.text.find(more.url, offset)
            offset = found + 1 if found >= 0 else offset
            place = place_in(draft, start + max(0, found))
            address = canonical(more.url)
            if address in first:
                yield _repeat(more.url, place, first[address], section.key)
            first.setdefault(address, place)


def _repeat(url: str, place: Place, before: Place, key: str) -> Problem:
    return Problem(
        "error",
        "repeated-address",
        f"{url} stands under Read more already, on line {before.line}",
        place.line,
        place.column,
        key,
        "join the two entries, or delete one of the lines",
    )


def _lookalikes(draft: Draft) -> Iterator[Problem]:
    for fault in draft.lookalikes:
        yield Problem(
            "error",
            "forged-marker",
            fault.message,
            fault.line,
            fault.column,
            cure=fault.cure,
        )


def _key_at(draft: Draft, offset: int) -> str:
    return next((block.key for block in draft.blocks if block.start <= offset < block.end), "")

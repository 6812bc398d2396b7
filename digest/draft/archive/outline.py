"""The anatomy of an issue found in whole paragraphs of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from digest.draft.anatomy import read_entry
from digest.draft.archive.ending import TALES, ending
from digest.draft.archive.invitations import gathered, references_last, with_venues
from digest.draft.parts import links_in, quotes_in
from digest.draft.read import key_from, parts_of, read
from digest.draft.style import DEFAULT, style_named
from digest.draft.write import to_markdown
from digest.model import Entry, Issue

_TITLE = re.compile(
    r"(?:#{1,6}[ \t]+)?(?:\*\*)?"
    r"(?P<title>[^\n*]*?[^\W\d_][^\n*]*?[ #]\d{1,4}\s*[:–—-]\s*[^\n]+?)(?:\*\*)?"
)
_LINKED_TITLE = re.compile(
    r"(?P<mark>#{1,6}[ \t]+|\*\*)?\[(?P<words>[^\[\]\n]*[ #]\d{1,4}\s*[:–—-][^\[\]\n]*)\]"
    r"\((?P<url>https?:[^()\s<>]*)\)(?=[*\s]*\Z)"
)
_NUMBER = re.compile(r"[^\W\d_][^\n]*?[ #](?P<number>\d{1,4})\s*[:–—-]")
_HEADING = re.compile(r"#{1,6}[ \t]+(?P<words>[^\n]+?)[ \t]*#*")
_HEADLINE = re.compile(
    r"(?:#{1,6}[ \t]+(?P<plain>[^\n]+)|\*\*(?P<bold>(?:(?!\*\*)[^\n])+)\*\*(?P<colon>:?))"
    r"[ \t]*(?P<rest>[^\n]*)"
)
# Without bold: a headline only where a tagline follows.
_BARE_HEADLINE = re.compile(r"(?P<plain>[^\s>*#|-][^\n]*)(?P<bold>)(?P<colon>)(?P<rest>)")
_DOTS = r"(?:[.…]*…[.…]*|\.{2,}|\.(?:[ \t]\.)+)"
_TAGLINE = re.compile(
    rf"[*_]{{0,3}}[ \t]*{_DOTS}[ \t]*(?P<words>[^\n]+?)[ \t]*{_DOTS}[ \t]*[*_]{{0,3}}\.?"
)
_ESSAY = re.compile(r"Import A-Idea\b", re.IGNORECASE)
_WELCOME = re.compile(r"(?:[*_]{0,3})Welcome to\b", re.IGNORECASE)
_BYLINE = re.compile(
    r"!?\[[^\]]*\]\([^)]*\)\W*$|by\s|\W*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d"
    r"|\d{1,2}\s+[A-Z][a-z]+\s+\d{4}|\d{4}-\d\d-\d\d",
    re.IGNORECASE,
)
# What a newsletter's service puts between its paragraphs for readers to press.
_BUTTON = re.compile(
    r"(?:\*{0,3}\[\s*(?:Subscribe(?: now)?|Share(?: [^\[\]]{1,40})?|Leave a comment|Upgrade to paid"
    r"|(?:Give|Get) a (?:gift|group) subscription|Refer a friend|Pledge your support"
    r"|Read in (?:the )?app|View in browser)\s*\]\([^()\s]*\)\*{0,3}\s*)+",
    re.IGNORECASE,
)
_LONGEST_SUBTITLE = 40
_LONGEST_HEADLINE = 45
_RULE = "***"
_MOST_READINGS = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an issue beside its text: from a page's head, a mail's, a file's name."""

    title: str = ""
    subtitle: str = ""
    date: date | None = None


def outline(markdown: str, known: Known | None = None) -> Issue | None:
    """The issue that a text is; None where it has no title with a number.

    Args:
        markdown: Whole paragraphs with blank lines between them, `***` for rules.
        known: What is known beside the text.
    """
    known = known or Known()
    paragraphs = [part for part in markdown.strip("\n").split("\n\n") if part.strip()]
    paragraphs = [part for each in paragraphs for part in _unlinked(each)]
    buttons = [part for part in paragraphs if _BUTTON.fullmatch(part)]
    paragraphs = [part for part in paragraphs if not _BUTTON.fullmatch(part)]
    title, paragraphs = _title(paragraphs, known.title)
    match = _NUMBER.match(title)
    if not match:
        return None
    head, rest = _head(paragraphs)
    subtitle, welcome, before = _front(head, known.subtitle)
    body, coda, thanks, after = ending(rest)
    number = int(match["number"])
    return Issue(
        id=issue_id(number, known.date),
        number=number,
        title=title,
        parts=parts_of(title),
        subtitle=subtitle,
        date=known.date,
        welcome=welcome,
        entries=tuple(_entries(body)),
        coda=coda,
        thanks=thanks,
        extra="\n\n".join(filter(None, [before, *buttons, after])),
    )


def issue_id(number: int, day: date | None) -> str:
    """An issue's id: the ISO week of its day, else its number."""
    if day is None:
        return f"n{number}"
    week = day.isocalendar()
    return f"{week.year}-w{week.week:02d}"


def settled(issue: Issue) -> Issue:
    """The issue as its own draft reads, so that printing and parsing it change nothing.

    What ends an issue can be taken in two ways: a last paragraph for thanks or for what follows.
    """
    for _ in range(_MOST_READINGS):
        again = replace(read(to_markdown(issue)).issue, front=issue.front)
        if again == issue:
            break
        issue = again
    return issue


# --------------------------------------------------------------------------------- before the items


def _title(paragraphs: Sequence[str], known: str) -> tuple[str, list[str]]:
    """The title, and the paragraphs without it; it may stand twice."""
    title = known
    rest = list(paragraphs)
    for index, paragraph in enumerate(rest[:6]):
        match = _TITLE.fullmatch(paragraph.split("\n", 1)[0].strip())
        if match and (not known or _same(match["title"], known)):
            title = match["title"].strip()
            behind = paragraph.split("\n", 1)[1:]
            rest[index : index + 1] = behind
            break
    return title, [part for part in rest if not _same(_bare(part), title)]


def _unlinked(paragraph: str) -> list[str]:
    """A title without the link that it may be, and the link."""
    match = _LINKED_TITLE.match(paragraph)
    if not match:
        return [paragraph]
    words = f"{match['mark'] or ''}{match['words']}"
    return [f"{words}{paragraph[match.end() :]}", f"<{match['url']}>"]


def _head(paragraphs: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands before the first item, and the rest from there."""
    welcomed = next((n for n, part in enumerate(paragraphs) if _WELCOME.match(part)), -1)
    for index in range(welcomed + 1, len(paragraphs)):
        if _ends_head(paragraphs, index):
            return list(paragraphs[:index]), list(paragraphs[index:])
    return list(paragraphs[: welcomed + 1]), list(paragraphs[welcomed + 1 :])


def _ends_head(paragraphs: Sequence[str], index: int) -> bool:
    part = paragraphs[index]
    if part == _RULE or _HEADING.match(part) or TALES.match(part):
        return True
    return _starts_item(paragraphs, index)


def _front(head: Sequence[str], known: str) -> tuple[str, str, str]:
    """Subtitle, welcome, and what is neither."""
    welcomed = next((n for n, part in enumerate(head) if _WELCOME.match(part)), None)
    above = list(head if welcomed is None else head[:welcomed])
    subtitle = known
    for index, part in enumerate(above):
        words = _bare(part)
        if not known and _is_byline(part):
            continue
        if (not known and len(words.split()) <= _LONGEST_SUBTITLE) or _same(words, known):
            subtitle = known or words
            del above[index]
            break
    welcome = "" if welcomed is None else "\n\n".join(head[welcomed:])
    return subtitle, welcome, "\n\n".join(above)


def _is_byline(part: str) -> bool:
    """Whether a line above the welcome is no subtitle: who, when, a button, a picture."""
    words = _bare(part).split()
    if _HEADING.match(part):
        return False
    short = len(words) <= 3 and not part.rstrip("*_ ").endswith((".", "?", "!"))
    return short or _BYLINE.match(_bare(part)) is not None


# ---------------------------------------------------------------------------------------- the items


def _entries(paragraphs: Sequence[str]) -> Iterator[Entry]:
    """The items, parted by rules, or where a headline and a tagline follow on each other."""
    taken: list[str] = []
    for segment in _segments(paragraphs):
        headline, tagline, rest = _opening(segment)
        lines = [f"## {headline}"] if headline else []
        lines += [f"*…{tagline}…*"] if tagline else []
        parts = references_last(gathered(rest))
        text = "\n\n".join(filter(None, ["\n".join(lines), *parts]))
        key = key_from(headline, text, taken)
        taken.append(key)
        entry = read_entry(text, style_named(DEFAULT), key=key)
        yield replace(
            entry,
            read_more=tuple(map(with_venues, entry.read_more)),
            quotes=quotes_in(entry.body),
            links=links_in(f"{entry.body}\n\n{entry.why.text}"),
        )


def _segments(paragraphs: Sequence[str]) -> Iterator[list[str]]:
    current: list[str] = []
    for index, part in enumerate(paragraphs):
        is_rule = part == _RULE
        if current and (is_rule or _has_tagline(paragraphs, index)):
            yield current
            current = []
        if not is_rule:
            current.append(part)
    if current:
        yield current


def _starts_item(paragraphs: Sequence[str], index: int) -> bool:
    """Whether an item starts here: a headline with its tagline, or a bold line with its colon."""
    match = _HEADLINE.match(paragraphs[index])
    if not match or _WELCOME.match(paragraphs[index].lstrip("*# ")):
        return False
    words = _words(match)
    alone = not match["rest"].strip() and (words.endswith(":") or _ESSAY.match(words) is not None)
    return alone or _has_tagline(paragraphs, index)


def _has_tagline(paragraphs: Sequence[str], index: int) -> bool:
    """Whether a headline stands here with a tagline behind it."""
    match = _HEADLINE.match(paragraphs[index]) or _BARE_HEADLINE.match(paragraphs[index])
    if not match or len(_words(match).split()) > _LONGEST_HEADLINE:
        return False
    if _TAGLINE.fullmatch(match[0].strip()):
        return False
    behind = [
        match["rest"].strip(),
        *paragraphs[index].split("\n")[1:],
        *paragraphs[index + 1 : index + 2],
    ]
    following = next((line for line in behind if line.strip()), "")
    return _TAGLINE.fullmatch(following.split("\n", 1)[0].strip()) is not None


def _opening(segment: Sequence[str]) -> tuple[str, str, list[str]]:
    """Headline, tagline, and the paragraphs behind them."""
    lines = [line for part in segment[:2] for line in part.split("\n")]
    match = _HEADLINE.match(lines[0]) if lines else None
    if not match and _has_tagline(segment, 0):
        match = _BARE_HEADLINE.match(lines[0])
    if not match or len(_words(match).split()) > _LONGEST_HEADLINE:
        return "", "", list(segment)
    rest = match["rest"].strip()
    first = "\n".join(filter(None, [rest, *segment[0].split("\n")[1:]]))
    paragraphs = [*([first] if first else []), *segment[1:]]
    if rest and not _TAGLINE.fullmatch(rest) and not _words(match).endswith(":"):
        return "", "", list(segment)  # a sentence that begins in bold
    if not paragraphs:
        return _words(match), "", []
    line, _, below = paragraphs[0].partition("\n")
    tagline = _TAGLINE.fullmatch(line.strip())
    if not tagline:
        return _words(match), "", paragraphs
    return _words(match), tagline["words"], [*([below] if below else []), *paragraphs[1:]]


def _words(match: re.Match[str]) -> str:
    words = (match["plain"] or f"{match['bold']}{match['colon'] or ''}").strip()
    return words.strip("* ") if match["plain"] else words


def _bare(text: str) -> str:
    """The words of a short line, without the dress of a heading or emphasis."""
    heading = _HEADING.fullmatch(text)
    return (heading["words"] if heading else text).strip("*_ \t").strip()


def _same(one: str, other: str) -> bool:
    return "".join(filter(str.isalnum, one.lower())) == "".join(filter(str.isalnum, other.lower()))

"""References as they stand in earlier issues, in one form: a label, a link, its venues."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from digest.draft.references import ADDRESS, TITLE, read_reference
from digest.model import ReadMore

# How the label of a reference begins.
INVITES = (
    r"(?:read|find out|find|get|see|check (?:it )?out|watch|more|download|try|learn more|view"
    r"|access|play|listen|explore|browse|sign up|apply|full)\b"
)
_WHY = re.compile(r"\*\*\s*Why this matters", re.IGNORECASE)
_INVITES = re.compile(INVITES, re.IGNORECASE)
_LINK = rf"\[{TITLE}\]\({ADDRESS}\)"
_FIRST_LINK = re.compile(rf"\[(?P<title>{TITLE})\]\((?P<url>{ADDRESS})\)")
_BOLD_LINK = re.compile(rf"\*\*(?P<link>{_LINK})\*\*")
# One link in two pieces, each with the same address.
_TWO_PIECES = re.compile(
    rf"(?P<dress>[*_]{{0,3}})\[(?P<first>{TITLE})\]\((?P<url>{ADDRESS})\)(?P=dress)(?P<gap>\s*)"
    rf"\[(?P<second>{TITLE})\]\((?P=url)\)"
)
_BEHIND = re.compile(r",?\s*(?P<dress>[*_]?)(?P<venues>\((?:[^()\[\]]|\([^()]*\))*\))(?P=dress)")
_INNER_VENUES = re.compile(r"(?P<title>.*\S)\s*\((?P<venues>[^()]+)\)\.?", re.DOTALL)
_LABEL_INSIDE = re.compile(
    rf"^\[\*\*(?P<label>[^*\[\]\n]{{2,60}}?)\s*:\s*\*\*\s*(?P<title>{TITLE})\]", re.MULTILINE
)
_DRESSED = re.compile(r"(?P<dress>[*_]{1,3})(?P<words>[^*_]+)(?P=dress)")
_VENUES_LINKED = re.compile(
    rf"(?P<label>\*\*{INVITES}[^*\n]*\*\*:?)\s*(?P<title>[^\[\]()\n]+?)\s*"
    rf"\(\[(?P<venues>{TITLE})\]\((?P<url>{ADDRESS})\)\)",
    re.IGNORECASE,
)
_LISTED = re.compile(r"(?:[*+•-]|\d{1,2}[.)])[ \t]+(?P<link>\[[^\n]+)")
_BARE_LABEL = re.compile(r"\*\*(?!why\b)[^*\n\[\]]{2,80}\*\*\s*:?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Forms:
    """The forms of a label, of those that begin with certain words."""

    whole: re.Pattern[str]
    label: re.Pattern[str]
    second: re.Pattern[str]
    colon: re.Pattern[str]


def _forms(begins: str) -> _Forms:
    label = rf"\*\*\s*{begins}[^*\n]*\*\*"
    return _Forms(
        whole=re.compile(
            rf"\*\*(?P<label>{begins}[^*\[\]\n]{{0,80}}?)\s*:?\s*(?P<link>{_LINK})"
            r"(?P<more>[^*\n]*)\*\*",
            re.IGNORECASE,
        ),
        label=re.compile(label, re.IGNORECASE),
        second=re.compile(rf"(?<=\S)\s+(?={label}\s*:?\s*\[)", re.IGNORECASE),
        colon=re.compile(rf"(?P<label>\*\*\s*{begins}[^*:\n]*)\*\*\s*:?\s*(?=\[)", re.IGNORECASE),
    )


_INVITING = _forms(INVITES)
# Behind the first reference any bold words before a link are a label.
_ANY = _forms(r"(?!why\b)[^\s*\[\]]")


def gathered(paragraphs: Sequence[str]) -> list[str]:
    """An item's paragraphs, in which each reference is a line as `references` writes it."""
    first = next((n for n, part in enumerate(paragraphs) if _begins(part)), len(paragraphs))
    found = [*paragraphs[:first]]
    for paragraph in _with_their_links(paragraphs[first:]):
        found.append(_tidied(paragraph, _ANY if len(found) > first else _INVITING))
    return found


def references_last(paragraphs: Sequence[str]) -> list[str]:
    """The references behind the text and the why, in their order; then what follows on them."""
    kept: list[str] = []
    references: list[str] = []
    behind: list[str] = []
    last_why = max((n for n, part in enumerate(paragraphs) if _WHY.match(part)), default=-1)
    last = -1
    for index, paragraph in enumerate(paragraphs):
        before: list[str] = []  # what stands above the first of all references
        rest: list[str] = []
        for line in paragraph.split("\n"):
            found = _is_invitation(line, bool(references))
            last = index if found else last
            (references if found else rest if references else before).append(line)
        follows = index > last_why if last_why >= 0 else index == last
        if before:
            kept.append("\n".join(before).strip())
        if rest:
            (behind if follows else kept).append("\n".join(rest).strip())
    if last_why < 0:
        follow = len(paragraphs) - 1 - last
        behind = [*behind, *kept[len(kept) - follow :]] if last >= 0 else behind
        kept = kept[: len(kept) - follow] if last >= 0 else kept
    return [part for part in (*kept, *references, *behind) if part]


def with_venues(reference: ReadMore) -> ReadMore:
    """A reference whose venues stood inside the link's words, with the two apart.

    The emphasis that a title has from end to end is dress.
    """
    match = _INNER_VENUES.fullmatch(_undressed(reference.title))
    if reference.venues or not match or not reference.url:
        return replace(reference, title=_undressed(reference.title))
    venues = tuple(part.strip() for part in match["venues"].split(",") if part.strip())
    return replace(reference, title=_undressed(match["title"]), venues=venues)


def _undressed(title: str) -> str:
    match = _DRESSED.fullmatch(title)
    return match["words"] if match else title


def _begins(paragraph: str) -> bool:
    return any(
        _INVITING.label.match(line) or _INVITING.whole.match(line) for line in _of(paragraph)
    )


def _of(paragraph: str) -> list[str]:
    return [line.strip() for line in paragraph.split("\n")]


def _with_their_links(paragraphs: Sequence[str]) -> Iterator[str]:
    """The paragraphs, a label that stands alone joined with the link below it."""
    waiting = ""
    for paragraph in paragraphs:
        points = [_LISTED.fullmatch(line) for line in paragraph.split("\n")]
        if waiting and all(points):
            yield "\n".join(f"{waiting} {point['link']}" for point in points if point)
            waiting = ""
            continue
        if waiting and paragraph.startswith("["):
            yield f"{waiting} {paragraph}"
            waiting = ""
            continue
        if waiting:
            yield waiting
        waiting = paragraph if _BARE_LABEL.fullmatch(paragraph) else ""
        if not waiting:
            yield paragraph
    if waiting:
        yield waiting


def _tidied(paragraph: str, forms: _Forms) -> str:
    if forms is _ANY:
        paragraph = _LABEL_INSIDE.sub(r"**\g<label>:** [\g<title>]", paragraph)
    if not forms.label.search(paragraph) and not forms.whole.search(paragraph):
        return paragraph
    paragraph = _TWO_PIECES.sub(r"[\g<first>\g<gap>\g<second>](\g<url>)", paragraph)
    paragraph = "\n".join(_after_first(paragraph.split("\n"), forms))
    text = _VENUES_LINKED.sub(r"\g<label> [\g<title>](\g<url>) (\g<venues>)", paragraph)
    text = forms.whole.sub(_apart, text)
    text = _ANY.second.sub("\n", forms.second.sub("\n", text))
    text = forms.colon.sub(lambda match: f"{match['label'].rstrip()}:** ", text)
    lines = []
    for line in _labelled_lines(text, forms):
        if forms.label.match(line):
            lines += _readable(_BOLD_LINK.sub(r"\g<link>", line), forms)
        else:
            lines.append(line)
    return "\n".join(lines)


def _after_first(lines: Sequence[str], forms: _Forms) -> Iterator[str]:
    """The lines of a paragraph; below its first reference any label may be bold with its link."""
    is_below = False
    for line in lines:
        yield _ANY.whole.sub(_apart, line) if is_below and _ANY.whole.match(line) else line
        is_below = is_below or forms.label.match(line) is not None


def _apart(match: re.Match[str]) -> str:
    more = f" {match['more'].strip()}" if match["more"].strip(" .") else ""
    return f"**{match['label'].strip()}:** {match['link']}{more}"


def _labelled_lines(text: str, forms: _Forms) -> list[str]:
    """The lines of a paragraph, those of one reference joined: a label may stand above its link."""
    lines: list[str] = []
    for line in text.split("\n"):
        open_label = bool(lines) and forms.label.match(lines[-1]) and not _closed(lines[-1])
        if open_label and not forms.label.match(line):
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
    return lines


def _closed(line: str) -> bool:
    """Whether a reference is complete: it has a link and ends with a full stop."""
    return _FIRST_LINK.search(line) is not None and line.rstrip().endswith(".")


def _readable(line: str, forms: _Forms) -> list[str]:
    """A reference for each link of a line; words that fit in none stand on a line behind them."""
    label = forms.label.match(line)
    links = list(_FIRST_LINK.finditer(line))
    if not label or not links or (len(links) == 1 and read_reference(line)):
        return [line]
    between = line[label.end() : links[0].start()].strip(" :(")
    if between and forms is _ANY and not _INVITING.label.match(line):
        return [line]  # a sentence that begins in bold
    found: list[str] = []
    rest = [between]
    name = label[0].strip().strip("*").strip(" :")
    for link, end in zip(links, [*(link.start() for link in links[1:]), len(line)], strict=True):
        behind = line[link.end() : end]
        venues = _BEHIND.match(behind)
        shown = f" {venues['venues']}" if venues else ""
        found.append(f"**{name}:** {link[0]}{shown}.")
        rest.append(behind[venues.end() if venues else 0 :].strip(" .,;()&"))
    words = " ".join(filter(None, rest))
    return [*found, *([f"\n{words}"] if words else [])]


def _is_invitation(line: str, follows_one: bool) -> bool:
    """Whether a line is a reference: behind the first one its label may be any."""
    found = read_reference(line)
    if found is None or not found.url:
        return False
    return follows_one or _INVITES.match(found.label) is not None

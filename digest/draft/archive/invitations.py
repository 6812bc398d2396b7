"""References as they stand in earlier issues, in one form: a label, a link, its venues."""

from __future__ import annotations

import re
from dataclasses import replace

from digest.draft.references import ADDRESS, TITLE, read_reference
from digest.model import ReadMore

_INVITES = (
    r"(?:read|find out|get|see|check out|watch|more|download|try|learn more|view|access|play)\b"
)
_LINK = rf"\[{TITLE}\]\({ADDRESS}\)"
_BOLD_WHOLE = re.compile(
    rf"\*\*(?P<label>{_INVITES}[^*\[\]\n]{{0,80}}?)\s*:?\s*(?P<link>{_LINK})(?P<more>[^*\n]*)\*\*",
    re.IGNORECASE,
)
_BOLD_LINK = re.compile(rf"\*\*(?P<link>{_LINK})\*\*")
_LABELLED = re.compile(rf"\*\*\s*{_INVITES}[^*\n]*\*\*", re.IGNORECASE)
_SECOND = re.compile(rf"(?<=\S)\s+(?=\*\*\s*{_INVITES}[^*\n]*\*\*\s*:?\s*\[)", re.IGNORECASE)
_COLON = re.compile(rf"(?P<label>\*\*\s*{_INVITES}[^*:\n]*)\*\*\s*:?\s*(?=\[)", re.IGNORECASE)
_FIRST_LINK = re.compile(rf"\[(?P<title>{TITLE})\]\((?P<url>{ADDRESS})\)")
_INNER_VENUES = re.compile(r"(?P<title>.*\S)\s*\((?P<venues>[^()]+)\)\.?", re.DOTALL)


def tidied(paragraph: str) -> str:
    """A paragraph in which each reference is a line of its own, as `references` writes it."""
    if not _LABELLED.search(paragraph) and not _BOLD_WHOLE.search(paragraph):
        return paragraph
    text = _BOLD_WHOLE.sub(_apart, paragraph)
    text = _SECOND.sub("\n", text)
    text = _COLON.sub(lambda match: f"{match['label'].rstrip()}:** ", text)
    lines = []
    for line in _labelled_lines(text):
        if _LABELLED.match(line):
            lines += _readable(_BOLD_LINK.sub(r"\g<link>", line))
        else:
            lines.append(line)
    return "\n".join(lines)


def with_venues(reference: ReadMore) -> ReadMore:
    """A reference whose venues stood inside the link's words, with the two apart."""
    match = _INNER_VENUES.fullmatch(reference.title)
    if reference.venues or not match or not reference.url:
        return reference
    venues = tuple(part.strip() for part in match["venues"].split(",") if part.strip())
    return replace(reference, title=match["title"], venues=venues)


def _apart(match: re.Match[str]) -> str:
    more = f" {match['more'].strip()}" if match["more"].strip(" .") else ""
    return f"**{match['label'].strip()}:** {match['link']}{more}"


def _labelled_lines(text: str) -> list[str]:
    """The lines of a paragraph, those of one reference joined: a label may stand above its link."""
    lines: list[str] = []
    for line in text.split("\n"):
        open_label = bool(lines) and _LABELLED.match(lines[-1]) and not _closed(lines[-1])
        if open_label and not _LABELLED.match(line):
            lines[-1] = f"{lines[-1]} {line}"
        else:
            lines.append(line)
    return lines


def _closed(line: str) -> bool:
    """Whether a reference is complete: it has a link and ends with a full stop."""
    return _FIRST_LINK.search(line) is not None and line.rstrip().endswith(".")


def _readable(line: str) -> list[str]:
    """The reference in a line; words that do not fit in one stand on a line behind it."""
    if read_reference(line):
        return [line]
    link = _FIRST_LINK.search(line)
    label = _LABELLED.match(line)
    if not link or not label:
        return [line]
    between = line[label.end() : link.start()].strip(" :")
    behind = line[link.end() :]
    venues = re.match(r"\s*\((?:[^()]|\([^()]*\))*\)", behind)
    first = f"{label[0].strip()} {link[0]}{venues[0] if venues else ''}."
    rest = " ".join(filter(None, [between, behind[venues.end() if venues else 0 :].strip(" .")]))
    return [first, *([f"\n{rest}"] if rest else [])]

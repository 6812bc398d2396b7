"""References: `**Read more:** [title](address) (venue, venue).`, read and written."""

from __future__ import annotations

import re

from digest.draft.slots import is_slot
from digest.markup.escape import link
from digest.model import ReadMore

TITLE = r"(?:\\.|[^\[\]\\]|\[[^\[\]]*\])+"
ADDRESS = r"(?:<[^<>\n]*>|(?:[^()\s\\<>]|\\.|\([^()\s]*\))+)"
_LABEL = r"\s*\*\*(?P<label>[^*\n]+?)\s*(?::\s*\*\*|\*\*\s*:)\s*"
_VENUES = r"(?:\((?P<venues>(?:[^()]|\([^()]*\))*)\))?\s*\.?\s*"
LINKED = re.compile(rf"{_LABEL}\[(?P<title>{TITLE})\]\((?P<url>{ADDRESS})\)\s*{_VENUES}", re.DOTALL)
_UNLINKED = re.compile(rf"{_LABEL}(?P<title>\[\[.*\]\]|[^\[\]]+?)\s*{_VENUES}", re.DOTALL)
_BARE = re.compile(r"<?(?P<url>https?://[^\s<>]*[^\s<>.,;])>?")
_FIRST = re.compile(r"\s*\*\*\s*(?:read (?:more|it|the)|find out more)\b[^*\n]*\*\*", re.IGNORECASE)
_INVITES = re.compile(r"(?:read|find out|get|see|check out|watch|try|more)\b", re.IGNORECASE)


def begins_reference(text: str) -> bool:
    """Whether a line begins the references: "Read more" and "Find out more" do, in bold."""
    return _FIRST.match(text) is not None


def read_reference(text: str) -> ReadMore | None:
    """The reference that a paragraph is from end to end, if it is one.

    Without a link only a label that invites ("Read more", "Get the data here") makes a reference.
    """
    if match := LINKED.fullmatch(text):
        return ReadMore(
            title=_words(match["title"]),
            url=match["url"].removeprefix("<").removesuffix(">"),
            venues=_venues(match["venues"]),
            label=_words(match["label"]),
        )
    match = _UNLINKED.fullmatch(text)
    bare = _BARE.fullmatch(match["title"]) if match else None
    if match and bare:
        return ReadMore(bare["url"], bare["url"], _venues(match["venues"]), _words(match["label"]))
    if match and _INVITES.match(match["label"].strip()):
        return ReadMore(
            _words(match["title"]), "", _venues(match["venues"]), _words(match["label"])
        )
    return None


def write_reference(reference: ReadMore) -> str:
    """One line: the label in bold, the linked title, the venues, a full stop."""
    title = reference.title
    if reference.url:
        title = f"[{title or reference.url}]{link('x', reference.url)[3:]}"
    venues = f" ({', '.join(reference.venues)})" if reference.venues else ""
    stop = "" if is_slot(title) and not venues else "."
    return f"**{reference.label}:** {title}{venues}{stop}"


def _words(text: str) -> str:
    return " ".join(text.split())


def _venues(text: str | None) -> tuple[str, ...]:
    """The venues between the commas; a comma inside brackets divides nothing."""
    venues: list[str] = []
    depth = 0
    current = ""
    for char in text or "":
        depth += (char in "([") - (char in ")]")
        if char == "," and depth <= 0:
            venues.append(current)
            current = ""
        else:
            current += char
    return tuple(venue for venue in map(_words, [*venues, current]) if venue)

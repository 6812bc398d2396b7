"""A new issue, before the editor has written a word of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from digest.config.schema import IssueShape, Newsletter
from digest.draft.phrases import telling_phrases
from digest.draft.read import parts_of
from digest.draft.slots import slot
from digest.draft.tale import empty_tale
from digest.markup.markdown import to_plain
from digest.model import Entry, Issue, Window

PARTS = 3
_SHORT = 4  # words that a name before a colon may have


def new_issue(
    *,
    newsletter: Newsletter,
    shape: IssueShape,
    issue_id: str,
    number: int,
    day: date | None,
    window: Window | None,
    entries: Sequence[Entry],
) -> Issue:
    """The issue of a new draft; the parts of its title are proposed from the entries."""
    title = f"{newsletter.title} {number}: {'; '.join(title_parts(entries))}"
    return Issue(
        id=issue_id,
        number=number,
        title=title,
        parts=parts_of(title),
        subtitle=slot("subtitle", "one line under the title"),
        date=day,
        window=window,
        welcome=newsletter.welcome,
        entries=tuple(entries),
        coda=empty_tale() if shape.coda == "tale" else None,
        thanks=newsletter.thanks,
    )


def theme_issue(
    *,
    newsletter: Newsletter,
    theme: str,
    issue_id: str,
    number: int,
    day: date | None,
    window: Window | None,
    entries: Sequence[Entry],
) -> Issue:
    """The issue of a new digest of one theme, which stands beside an issue and tells of no other.

    Its title needs no editor: the theme, and the days it speaks of.
    """
    days = f", {window.start.isoformat()} to {_last(window).isoformat()}" if window else ""
    return Issue(
        id=issue_id,
        number=number,
        title=f"{newsletter.title}: {theme}{days}",
        date=day,
        window=window,
        entries=tuple(entries),
    )


def _last(window: Window) -> date:
    return max(window.start, window.end - timedelta(days=1))


def title_parts(entries: Sequence[Entry]) -> list[str]:
    """Slots for the title's parts, each with a few words of a headline to start from."""
    if not entries:
        return [slot("part")] * PARTS
    return [slot("part", _short(entry.headline)) for entry in entries[:PARTS]]


def _short(headline: str) -> str:
    """A few words for a headline: the name before its colon, else its most telling words."""
    plain = to_plain(headline).strip().rstrip(":")
    name, colon, _ = plain.partition(":")
    if colon and len(name.split()) <= _SHORT:
        words = name
    else:
        phrases = telling_phrases(plain, plain, 1)
        words = phrases[0] if phrases else " ".join(plain.split()[:_SHORT])
    return words.replace(";", ",").strip()

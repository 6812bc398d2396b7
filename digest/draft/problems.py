"""What `check` finds, and the place it finds it at."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from digest.draft.read import Draft
from digest.draft.sections import Section

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something between a draft and its publication.

    Attributes:
        severity: An error holds publication up; a warning does not.
        code: A short name that programs can rely on, such as `empty-slot`.
        message: What is wrong, in one sentence without its full stop.
        line: Where, from 1.
        column: Where in the line, from 1.
        key: The entry it concerns, or empty.
        cure: What to do.
    """

    severity: Severity
    code: str
    message: str
    line: int
    column: int = 1
    key: str = ""
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Habits:
    """What is known beside the draft and its sources.

    Attributes:
        covered: Where a story was covered before, by key: `Import AI 431`.
        machine: What the machine wrote for each key.
        news: Names of sources that came after the editor took an entry over, by key.
        dead: Addresses that do not answer, and why.
        numbers: Numbers of other issues, and their ids.
        last: The date of the issue before this one.
        trackers: The columns of each tracker, by its id.
        usual_words: The fewest and most words that this newsletter's issues have, as a rule.
    """

    covered: Mapping[str, Sequence[str]] = field(default_factory=dict)
    machine: Mapping[str, Sequence[str]] = field(default_factory=dict)
    news: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dead: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[int, str] = field(default_factory=dict)
    last: date | None = None
    usual_words: tuple[int, int] | None = None
    trackers: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, both from 1."""

    line: int
    column: int


_HIDDEN = re.compile(r"<!--.*?-->|```.*?```|~~~.*?~~~|`[^`\n]+`", re.DOTALL)
# A letter that no source has, so that what stands beside a gap never joins up across it.
GAP = "ǁ"


def place_in(draft: Draft, offset: int) -> Place:
    """The place of a character of the draft."""
    start = draft.text.rfind("\n", 0, offset) + 1
    return Place(draft.text.count("\n", 0, offset) + 1, offset - start + 1)


def place_of_key(draft: Draft, name: str) -> Place:
    """The place of a front matter's key."""
    if name not in draft.front:
        return Place(1, 1)
    return Place(int(draft.front.lc.key(name)[0]) + 2, 1)


def text_start(section: Section, draft: Draft) -> int:
    """Where in the draft the text of a section starts: behind its marker, if it has one."""
    return draft.text.index("\n", section.start) + 1 if section.marked else section.start


def without_hidden(text: str) -> str:
    """The text with comments and code blanked out; everything else where it was."""
    return _HIDDEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with stretches of it replaced by gaps; everything else where it was."""
    for start, end in spans:
        text = text[:start] + GAP * (end - start) + text[end:]
    return text


def shortened(words: str, most: int = 80) -> str:
    """A quotation's beginning, for a message."""
    words = " ".join(words.split())
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + " …"

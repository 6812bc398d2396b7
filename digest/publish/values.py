"""What the site is built from: snapshots of what was published, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from digest.model import Issue


@dataclass(frozen=True, slots=True)
class Correction:
    """What was put right in an issue after it was published, in the editor's words."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Filed:
    """A row of a tracker: column -> text; `issue_id` and `key` are empty where it was by hand."""

    tracker: str
    cells: Mapping[str, str]
    at: datetime
    issue_id: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """One issue as it was published.

    Attributes:
        issue: The snapshot of its draft.
        published: When it first went out, in UTC; never changes.
        updated: When its text last changed, in UTC; at first `published`.
        corrections: What was put right since, oldest first.
        imported: It went out elsewhere before: its readers have had it, so no feed brings it again.
        tags: What the machine takes entries to be about that name no theme themselves: an entry's
            place from 0, and themes with their scores, the strongest first.
        mark: A digest of all this, where it is known without reading it; else empty.
    """

    issue: Issue
    published: datetime
    updated: datetime
    corrections: tuple[Correction, ...] = ()
    imported: bool = False
    tags: Mapping[int, Sequence[tuple[str, float]]] = field(default_factory=dict)
    mark: str = ""

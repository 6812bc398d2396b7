"""What the site is built from: snapshots of what was published, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from digest.model import Issue


@dataclass(frozen=True, slots=True)
class Correction:
    """What was put right in an issue after it was published, in the editor's words."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a quoted item stands, as a reader would cite it."""

    title: str
    url: str
    authors: tuple[str, ...] = ()
    outlet: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """One issue as it was published.

    Attributes:
        issue: The snapshot of its draft.
        published: When it first went out, in UTC; never changes.
        updated: When its text last changed, in UTC; at first `published`.
        corrections: What was put right since, oldest first.
        sources: The items that it quotes, by item id.
    """

    issue: Issue
    published: datetime
    updated: datetime
    corrections: tuple[Correction, ...] = ()
    sources: Mapping[str, Reference] = field(default_factory=lambda: MappingProxyType({}))

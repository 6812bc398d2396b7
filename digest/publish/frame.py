"""What the pages share, and the promise that a page is: where it stands and how it is made.

Nothing is rendered before it is asked for, so that a build can leave alone what has not changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from digest.config.schema import Config, Newsletter
from digest.publish import paths
from digest.publish.bodies import IssueBody, issue_body
from digest.publish.cards import EntryCard, Shelved, ThemeCard, TrackerCard
from digest.publish.head import Head, page_head
from digest.publish.program import fingerprint
from digest.publish.templates import Templates
from digest.publish.values import Filed


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the site: its path from the root, a digest of all it is made of, and its making."""

    path: str
    key: str
    make: Callable[[], str | bytes]


@dataclass(frozen=True)
class Site:
    """What the pages share.

    Attributes:
        config: The newsletter's particulars, its themes and what it reads.
        themes: In the configuration's order.
        shelf: Every issue, oldest first.
        earlier: By the path of an entry, what the newsletter said of the same thing before.
        templates: What renders them.
        program: A digest of the code that makes the pages.
        trackers: In the configuration's order.
        filed: The rows of all trackers, in the order they were filed.
        maker: A digest of all that every page depends on, the program itself among it.
    """

    config: Config
    themes: tuple[ThemeCard, ...]
    shelf: tuple[Shelved, ...]
    earlier: Mapping[str, tuple[EntryCard, ...]]
    templates: Templates
    program: str
    maker: str
    trackers: tuple[TrackerCard, ...] = ()
    filed: tuple[Filed, ...] = ()
    _bodies: dict[str, IssueBody] = field(default_factory=dict)
    _marks: dict[str, str] = field(default_factory=dict)

    @property
    def newsletter(self) -> Newsletter:
        """The newsletter's particulars."""
        return self.config.newsletter

    def page(self, path: str, depends: object, make: Callable[[], str | bytes]) -> Page:
        """A page that changes when what it depends on does; cards say enough by their `repr`."""
        return Page(path, fingerprint(self.maker, path, repr(depends)), make)

    def mark(self, shelved: Shelved) -> str:
        """A digest of an issue with all its texts."""
        if shelved.card.id not in self._marks:
            # Its cards are made of it, and of what `maker` knows.
            published = shelved.published
            self._marks[shelved.card.id] = published.mark or fingerprint(repr(published))
        return self._marks[shelved.card.id]

    def body(self, shelved: Shelved) -> IssueBody:
        """An issue's texts, rendered once for its page and the feeds."""
        if shelved.card.id not in self._bodies:
            self._bodies[shelved.card.id] = issue_body(shelved)
        return self._bodies[shelved.card.id]

    def render(self, template: str, head: Head, **values: object) -> str:
        """A page's text."""
        shared: Mapping[str, Any] = {
            "newsletter": self.newsletter,
            "themes": self.themes,
            "trackers": self.trackers,
            "head": head,
            "root": head.root,
            "paths": paths,
        }
        return self.templates.render(template, {**shared, **values})

    def head(self, path: str, title: str, description: str) -> Head:
        """The head of a page that lists things."""
        return page_head(self.newsletter, path, title, description)

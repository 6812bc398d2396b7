"""What the editor did to stories: `store.decisions`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from digest.errors import NotFound
from digest.model import Decision, Verb
from digest.store.connection import Connection, Row
from digest.store.values import time, time_text, words


@dataclass(frozen=True, slots=True)
class Standing:
    """What all decisions on one story come to.

    Attributes:
        verdict: `keep`, `skip`, or empty where there is none.
        since: When the verdict was given.
        notes: The editor's notes, the oldest first.
        themes: The themes that the editor gave it; None where the machine's hold.
        title: The title that the editor gave it; empty where the primary source's holds.
        seen: The themes that stood beside it when the verdict was given; None where that was not
            recorded.
    """

    verdict: str = ""
    since: datetime | None = None
    notes: tuple[str, ...] = ()
    themes: tuple[str, ...] | None = None
    seen: tuple[str, ...] | None = None
    title: str = ""


_NO_THEME = "-"


def seen_text(themes: Iterable[str]) -> str:
    """How a keep or a skip records the themes that the story bore at that moment."""
    return " ".join(themes) or _NO_THEME


def _seen(value: str) -> tuple[str, ...] | None:
    return tuple(word for word in value.split() if word != _NO_THEME) if value else None


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that hold: neither undone nor an undo."""
    made = list(decisions)
    undone = {decision.value for decision in made if decision.verb == "undo"}
    return [one for one in made if one.verb != "undo" and str(one.id) not in undone]


def current(decisions: Sequence[Decision]) -> dict[str, Standing]:
    """What decisions come to for each story that any is about, in the order first decided.

    The last keep or skip counts, the last retheme, the last rename, and every note.
    """
    found: dict[str, Standing] = {}
    for one in standing(decisions):
        before = found.get(one.story_id, Standing())
        if one.verb in ("keep", "skip"):
            found[one.story_id] = replace(
                before, verdict=one.verb, since=one.at, seen=_seen(one.value)
            )
        elif one.verb == "note":
            found[one.story_id] = replace(before, notes=(*before.notes, one.value))
        elif one.verb == "retheme":
            themes = tuple(one.value.replace(",", " ").split())
            found[one.story_id] = replace(before, themes=themes)
        elif one.verb == "rename":
            found[one.story_id] = replace(before, title=one.value)
    return found


class Decisions:
    """An append-only record; the database itself refuses to change or remove one."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._read: tuple[tuple[int, int], dict[str, Standing]] | None = None

    def add(self, story_id: str, verb: Verb, value: str, at: datetime) -> Decision:
        """Append a decision.

        `undo` without a value undoes the last decision on the story that still holds; with a value,
        the decision of that id. The decision returned names the one that was undone.

        Raises:
            NotFound: there is nothing to undo.
        """
        with self._db.transaction():
            if verb == "undo":
                value = str(self._to_undo(story_id, value).id)
            moment = time_text(at)
            number = self._db.insert(
                "INSERT INTO decisions (at, story_id, verb, value) VALUES (?, ?, ?, ?)",
                (moment, story_id, verb, words(value)),
            )
        return Decision(number, time(moment), story_id, verb, words(value))

    def all(self) -> list[Decision]:
        """Every decision as it was made, the oldest first."""
        return [_decision(row) for row in self._db.rows("SELECT * FROM decisions ORDER BY id")]

    def count(self) -> int:
        """How many were ever made: it only grows, and with each of them."""
        return int(self._db.value("SELECT coalesce(max(id), 0) FROM decisions"))

    def last(self) -> Decision | None:
        """The last decision that still holds, on whatever story: what a bare undo means."""
        return next(reversed(standing(self.all())), None)

    def standing(self) -> list[Decision]:
        """The decisions that hold, each on its story as that is called now, the oldest first.

        Where a story has gone up in another, what was decided on it holds for the other.
        """
        return standing(self._resolved())

    def current(self) -> dict[str, Standing]:
        """What the decisions that hold come to, by story id as stories are called now."""
        state = self._db.state()
        if state is None:
            return current(self._resolved())
        if self._read is None or self._read[0] != state:
            self._read = state, current(self._resolved())
        return dict(self._read[1])

    def _resolved(self) -> list[Decision]:
        rows = self._db.rows(
            "SELECT d.id, d.at, coalesce(a.story_id, d.story_id) AS story_id, d.verb, d.value"
            " FROM decisions AS d LEFT JOIN story_aliases AS a ON a.alias = d.story_id"
            " ORDER BY d.id"
        )
        return [_decision(row) for row in rows]

    def _to_undo(self, story_id: str, value: str) -> Decision:
        now_called = self._db.value(
            "SELECT story_id FROM story_aliases WHERE alias = ?", (story_id,)
        )
        story_id = now_called or story_id
        same_story = [one for one in standing(self._resolved()) if one.story_id == story_id]
        for one in reversed(same_story):
            if not value or value == str(one.id):
                return one
        raise NotFound(
            f"nothing was decided on story {story_id} that could be undone",
            cure=f"`digest inbox --why {story_id}` shows what was decided on it.",
        )


def _decision(row: Row) -> Decision:
    return Decision(row["id"], time(row["at"]), row["story_id"], row["verb"], row["value"])

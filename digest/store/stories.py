"""Stories and what they are made of: `store.stories`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.errors import NotFound
from digest.model import Story
from digest.store.connection import Connection, Row
from digest.store.progress import advance, newest, through
from digest.store.regroup import regroup
from digest.store.values import grouped, json_text, time, time_text, wanted

_WORK = "stories"


def _in_common(one: str, other: str) -> int:
    """How many letters two ids begin alike with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A story in the inbox: what a person decides by.

    Attributes:
        newest: The date of its newest item.
        sources: The ids of the sources that carry it, in the order of its items.
    """

    story: Story
    newest: datetime
    url: str
    sources: tuple[str, ...]


class Stories:
    """Items about the same thing, under ids that never change."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    # ------------------------------------------------------------------------------------- writing

    def save(self, stories: Sequence[Story]) -> None:
        """Store stories as they are now; each holds exactly its items, and no other story does.

        A story that is left without items goes, and its id leads to the one that took its first
        item. Stories not named keep the items that were not taken from them. An item that none of
        them holds any more waits to be placed again. What is stored just so is not written.

        Raises:
            ValueError: a story is empty, an item is in two of them, or is not stored.
        """
        with self._db.transaction():
            regroup(self._db, stories)

    def placed(self, revision: int) -> None:
        """Remember that all items up to this revision were given their stories."""
        with self._db.transaction():
            advance(self._db, _WORK, _WORK, revision)

    def unplaced(self) -> tuple[list[str], int]:
        """The ids of items that are new or changed since `placed`, and the revision to give it."""
        done = through(self._db, _WORK, _WORK)
        rows = self._db.rows("SELECT id FROM items WHERE revision > ? ORDER BY revision", (done,))
        return [row["id"] for row in rows], newest(self._db)

    # ------------------------------------------------------------------------------------- reading

    def count(self) -> int:
        """How many stories there are."""
        return int(self._db.value("SELECT count(*) FROM stories"))

    def all(self) -> list[Story]:
        """All stories, the best first."""
        return self._stories(self._db.rows("SELECT * FROM stories ORDER BY score DESC, id"))

    def many(self, story_ids: Iterable[str]) -> dict[str, Story]:
        """Those of these stories that there are, by id and in the order asked."""
        rows = self._db.rows(
            "SELECT s.* FROM json_each(?) AS w JOIN stories AS s ON s.id = w.value ORDER BY w.key",
            (wanted(dict.fromkeys(story_ids)),),
        )
        return {story.id: story for story in self._stories(rows)}

    def of_items(self, item_ids: Iterable[str]) -> dict[str, str]:
        """The story that each of these items is in; items in none are left out."""
        rows = self._db.rows(
            "SELECT m.item_id, m.story_id FROM json_each(?) AS w"
            " JOIN story_items AS m ON m.item_id = w.value ORDER BY w.key",
            (wanted(dict.fromkeys(item_ids)),),
        )
        return {row["item_id"]: row["story_id"] for row in rows}

    def since(self, moment: datetime) -> list[Story]:
        """Stories whose newest item is dated at or after a moment, the best first."""
        return self._stories(
            self._db.rows(
                # The plus sign keeps SQLite from walking all stories in the order of their scores.
                "SELECT * FROM stories WHERE newest >= ? ORDER BY +score DESC, id",
                (time_text(moment),),
            )
        )

    def standing(self, moment: datetime, best: int) -> list[Story]:
        """Of the stories since a moment the best ones, and those with a score on a forum.

        Those are the ones whose place can change although nothing of their own words does.
        """
        return self._stories(
            self._db.rows(
                "SELECT * FROM stories WHERE id IN (SELECT id FROM stories WHERE newest >= ?1"
                "     ORDER BY +score DESC, id LIMIT ?2) OR (newest >= ?1 AND EXISTS"
                "     (SELECT 1 FROM story_items AS m JOIN items AS i ON i.id = m.item_id"
                "     WHERE m.story_id = stories.id AND i.karma IS NOT NULL))"
                " ORDER BY +score DESC, id",
                (time_text(moment), best),
            )
        )

    def primaries(self, story_ids: Iterable[str]) -> list[str]:
        """The primary items of these stories."""
        rows = self._db.rows(
            "SELECT m.item_id FROM json_each(?) AS w JOIN story_items AS m"
            " ON m.story_id = w.value AND m.position = 0 ORDER BY w.key",
            (wanted(dict.fromkeys(story_ids)),),
        )
        return [row["item_id"] for row in rows]

    def oldest_first(self, story_ids: Iterable[str]) -> list[Story]:
        """These stories, those that were known first first."""
        held = self.many(story_ids)
        rows = self._db.rows(
            "SELECT id FROM stories WHERE id IN (SELECT value FROM json_each(?))"
            " ORDER BY first_seen, id",
            (wanted(held),),
        )
        return [held[row["id"]] for row in rows]

    def aliases(self) -> dict[str, str]:
        """Every id that is no story any more, and the story that it leads to."""
        rows = self._db.rows("SELECT alias, story_id FROM story_aliases ORDER BY alias")
        return {row["alias"]: row["story_id"] for row in rows}

    def resolve(self, text: str) -> str:
        """The id of the story that a person means by an id, an alias or the beginning of one.

        Raises:
            NotFound: no story begins so, or several do.
        """
        begins = text.strip().lower()
        if not begins:
            raise NotFound("a story is named by its id", cure="`digest inbox` shows the ids.")
        rows = self._db.rows(
            "SELECT id AS said, id FROM stories WHERE id >= ?1 AND id < ?1 || char(1114111)"
            " UNION SELECT alias, story_id FROM story_aliases"
            "     WHERE alias >= ?1 AND alias < ?1 || char(1114111) ORDER BY 1",
            (begins,),
        )
        exact = [row["id"] for row in rows if row["said"] == begins]
        found = exact or list(dict.fromkeys(row["id"] for row in rows))
        if not found:
            raise NotFound(f"there is no story {text!r}", cure="`digest inbox` shows the ids.")
        if len(found) > 1:
            titles = {story.id: story.title for story in self.many(found[:5]).values()}
            named = ", ".join(
                f"{one} ({textwrap.shorten(titles[one], 50, placeholder='…')})" for one in found[:5]
            )
            raise NotFound(
                f"{text!r} begins the ids of {len(found)} stories",
                cure=f"Write more of it: {named}{', …' if len(found) > 5 else '.'}",
            )
        return str(found[0])

    def beginnings(self, story_ids: Iterable[str], least: int) -> dict[str, str]:
        """The shortest beginning of each id that names this story among all, and no former id.

        Args:
            story_ids: Ids of stories.
            least: No beginning is shorter.
        """
        found = {}
        for one in story_ids:
            row = self._db.rows(
                "SELECT (SELECT max(id) FROM stories WHERE id < ?1),"
                " (SELECT min(id) FROM stories WHERE id > ?1),"
                " (SELECT max(alias) FROM story_aliases WHERE alias < ?1),"
                " (SELECT min(alias) FROM story_aliases WHERE alias > ?1)",
                (one,),
            )[0]
            shared = max(_in_common(one, other or "") for other in tuple(row))
            found[one] = one[: max(least, shared + 1)]
        return found

    def inbox(
        self, *, limit: int = 50, theme: str | None = None, since: datetime | None = None
    ) -> list[Waiting]:
        """Stories that await a decision and were not published, the best first.

        Args:
            limit: How many at most.
            theme: Only those of this theme.
            since: Only those with an item dated at or after that moment.
        """
        rows = self._db.rows(
            "SELECT story_id FROM inbox WHERE (?1 IS NULL OR newest >= ?1) AND (?2 IS NULL"
            " OR instr(themes, ?2)) LIMIT ?3",
            (
                None if since is None else time_text(since),
                # As it stands in the JSON list, quotation marks and all.
                None if theme is None else json_text(theme),
                limit,
            ),
        )
        return self.waiting([row["story_id"] for row in rows])

    def queue(self, since: datetime) -> tuple[int, int]:
        """How many stories await a decision, and how many were kept and not published yet.

        Args:
            since: Of those that await a decision, only the ones with an item dated since then.
        """
        told = (
            "(SELECT coalesce(a.story_id, e.story_id) FROM entries AS e"
            " LEFT JOIN story_aliases AS a ON a.alias = e.story_id WHERE e.story_id IS NOT NULL)"
        )
        # As the view `inbox` has it, which is in the order of the scores and walks all stories.
        waiting = self._db.value(
            "SELECT count(*) FROM stories WHERE newest >= ?"  # noqa: S608 - from the lines above
            f" AND id NOT IN (SELECT story_id FROM verdicts) AND id NOT IN {told}",
            (time_text(since),),
        )
        kept = self._db.value(
            f"SELECT count(*) FROM verdicts WHERE verb = 'keep' AND story_id NOT IN {told}"  # noqa: S608
        )
        return int(waiting), int(kept)

    def waiting(self, story_ids: Sequence[str]) -> list[Waiting]:
        """These stories with what a person decides by, in the order asked."""
        stories = self.many(story_ids)
        rows = self._db.rows(
            "SELECT s.id, s.newest, i.url, i.source_id FROM json_each(?) AS w"
            " JOIN stories AS s ON s.id = w.value JOIN story_items AS m ON m.story_id = s.id"
            " JOIN items AS i ON i.id = m.item_id ORDER BY w.key, m.position",
            (wanted(stories),),
        )
        return [
            Waiting(
                story=stories[story_id],
                newest=time(members[0]["newest"]),
                url=members[0]["url"],
                sources=tuple(dict.fromkeys(member["source_id"] for member in members)),
            )
            for story_id, members in grouped(rows, "id").items()
        ]

    def _stories(self, rows: Sequence[Row]) -> list[Story]:
        members = grouped(
            self._db.rows(
                "SELECT story_id, item_id, reason FROM story_items"
                " WHERE story_id IN (SELECT value FROM json_each(?)) ORDER BY story_id, position",
                (wanted(row["id"] for row in rows),),
            ),
            "story_id",
        )
        return [_story(row, members.get(row["id"], ())) for row in rows]


def _story(row: Row, members: Sequence[Row]) -> Story:
    return Story(
        id=row["id"],
        title=row["title"],
        item_ids=tuple(member["item_id"] for member in members),
        joins=tuple((one["item_id"], one["reason"]) for one in members if one["reason"]),
        themes=tuple(json.loads(row["themes"])),
        score=row["score"],
        why=row["why"],
    )

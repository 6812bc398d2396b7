"""Giving stories their items: who holds what, what is left over, and where old ids lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from digest.model import Story
from digest.store.connection import Connection
from digest.store.progress import newest, undrafted
from digest.store.values import grouped, json_text, wanted, words


def regroup(db: Connection, stories: Sequence[Story]) -> None:
    """Store stories within the transaction that is open; see `Stories.save`."""
    undrafted(db)
    holder = _holders(stories)
    dates = _dates(db, list(holder))
    before = _members(db, [story.id for story in stories])
    touched = _take(db, stories, holder, before)
    for story in stories:
        _write(db, story, dates)
        # An id that once went up in another story may come back as a story of its own.
        db.execute("DELETE FROM story_aliases WHERE alias = ?", (story.id,))
        if before.get(story.id) != _rows(story):
            db.execute("DELETE FROM story_items WHERE story_id = ?", (story.id,))
            db.execute_many(
                "INSERT INTO story_items (story_id, item_id, position, reason) VALUES (?, ?, ?, ?)",
                [(story.id, *row) for row in _rows(story)],
            )
    _close_up(db, touched, holder)


def _holders(stories: Sequence[Story]) -> dict[str, str]:
    """The story that holds each item."""
    holder: dict[str, str] = {}
    for story in stories:
        if not story.item_ids:
            raise ValueError(f"story {story.id} has no items")
        for item_id in story.item_ids:
            if item_id in holder:
                raise ValueError(f"item {item_id} is in {holder[item_id]} and in {story.id}")
            holder[item_id] = story.id
    return holder


def _dates(db: Connection, item_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """When each item was first seen, and its date."""
    rows = db.rows(
        "SELECT i.id, i.first_seen, i.dated FROM json_each(?) AS w"
        " JOIN items AS i ON i.id = w.value",
        (wanted(item_ids),),
    )
    found = {row["id"]: (row["first_seen"], row["dated"]) for row in rows}
    unknown = [item_id for item_id in item_ids if item_id not in found]
    if unknown:
        raise ValueError(f"a story holds items that are not stored: {', '.join(unknown[:5])}")
    return found


def _rows(story: Story) -> list[tuple[str, int, str]]:
    reasons = dict(story.joins)
    return [
        (item_id, position, words(reasons.get(item_id, "")))
        for position, item_id in enumerate(story.item_ids)
    ]


def _members(db: Connection, story_ids: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
    rows = db.rows(
        "SELECT story_id, item_id, position, reason FROM story_items"
        " WHERE story_id IN (SELECT value FROM json_each(?)) ORDER BY story_id, position",
        (wanted(story_ids),),
    )
    return {
        story_id: [tuple(row)[1:] for row in same]
        for story_id, same in grouped(rows, "story_id").items()
    }


def _take(
    db: Connection,
    stories: Sequence[Story],
    holder: dict[str, str],
    before: dict[str, list[tuple[Any, ...]]],
) -> dict[str, list[str]]:
    """Take items out of the stories that held them.

    Returns:
        For each story that lost some and is not stored now: its items as they were, in order.
    """
    losing = db.rows(
        "SELECT DISTINCT m.story_id FROM json_each(?) AS w"
        " JOIN story_items AS m ON m.item_id = w.value ORDER BY 1",
        (wanted(holder),),
    )
    named = {story.id for story in stories}
    others = [row["story_id"] for row in losing if row["story_id"] not in named]
    touched = {
        story_id: [member[0] for member in members]
        for story_id, members in _members(db, others).items()
    }
    moved = [
        (item_id,) for story_id in others for item_id in touched[story_id] if item_id in holder
    ]
    for story in stories:
        held = [member[0] for member in before.get(story.id, ())]
        moved += [(item_id,) for item_id in held if holder.get(item_id, story.id) != story.id]
        dropped = [item_id for item_id in held if item_id not in holder]
        _release(db, dropped)
    db.execute_many("DELETE FROM story_items WHERE item_id = ?", moved)
    return touched


def _release(db: Connection, item_ids: Sequence[str]) -> None:
    """Let items go that no story holds now: a new revision makes sorting look at them again."""
    for revision, item_id in enumerate(item_ids, newest(db) + 1):
        db.execute("DELETE FROM story_items WHERE item_id = ?", (item_id,))
        db.execute("UPDATE items SET revision = ? WHERE id = ?", (revision, item_id))


def _write(db: Connection, story: Story, dates: dict[str, tuple[str, str]]) -> None:
    db.execute(
        "INSERT INTO stories (id, title, themes, score, why, first_seen, newest)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET title = excluded.title, themes = excluded.themes,"
        "     score = excluded.score, why = excluded.why, first_seen = excluded.first_seen,"
        "     newest = excluded.newest"
        " WHERE (title, themes, score, why, first_seen, newest) <> (excluded.title,"
        "     excluded.themes, excluded.score, excluded.why, excluded.first_seen, excluded.newest)",
        (
            story.id,
            words(story.title),
            json_text(story.themes),
            float(story.score),
            words(story.why),
            min(dates[item_id][0] for item_id in story.item_ids),
            max(dates[item_id][1] for item_id in story.item_ids),
        ),
    )


def _close_up(db: Connection, touched: dict[str, list[str]], holder: dict[str, str]) -> None:
    """Number what stories have left anew; those with nothing left go, and their ids lead on."""
    for story_id, items in touched.items():
        left = [item_id for item_id in items if item_id not in holder]
        if left:
            _shrink(db, story_id, left)
            continue
        heir = holder[items[0]]
        db.execute("UPDATE story_aliases SET story_id = ? WHERE story_id = ?", (heir, story_id))
        db.execute(
            "INSERT INTO story_aliases (alias, story_id) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET story_id = excluded.story_id",
            (story_id, heir),
        )
        db.execute("DELETE FROM stories WHERE id = ?", (story_id,))


def _shrink(db: Connection, story_id: str, left: Sequence[str]) -> None:
    db.execute_many("UPDATE story_items SET position = ? WHERE item_id = ?", list(enumerate(left)))
    db.execute(
        "UPDATE stories SET (first_seen, newest) = (SELECT min(i.first_seen), max(i.dated)"
        " FROM story_items AS m JOIN items AS i ON i.id = m.item_id WHERE m.story_id = stories.id)"
        " WHERE id = ?",
        (story_id,),
    )

"""The entries of earlier issues, and which of them a story repeats.

What entries tell is kept as vectors in `data/learned/past.npz`, for the newest of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from zlib import crc32

from digest.markup.slots import without_slots
from digest.model import Item, Story
from digest.pipeline import learned
from digest.pipeline.embedder import embedder_of, vectors_of
from digest.pipeline.learned import Kept
from digest.pipeline.project import Project
from digest.sort.background import Background
from digest.sort.covered import Archive, Past
from digest.sort.embedder import Embedder
from digest.sort.novelty import Near, Told, entry_text, nearest

VERSION = 2
COMPARED = 1000
"""So many of the newest entries are compared by meaning: a weekly newsletter's of four years."""
RECENT = 12
"""Only what so many of the last issues told makes a story less new for being much like it."""
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")


def past_entries(project: Project, *, before: str) -> list[Past]:
    """All entries of published issues other than `before`, newest issue first."""
    return [
        Past(
            issue_id=entry.issue_id,
            number=entry.number,
            date=entry.date,
            key=entry.story_id or entry.key,
            headline=entry.headline,
            addresses=entry.urls,
            titles=entry.titles,
            text=f"{entry.tagline} {entry.body}",
        )
        for entry in project.store.issues.covered()
        if entry.issue_id != before
    ]


def near_entries(
    project: Project,
    model: Embedder,
    background: Background,
    past: Sequence[Past],
    stories: Sequence[Story],
    items: Mapping[str, Item],
    *,
    keep: bool = False,
) -> dict[str, tuple[Near, ...]]:
    """For each story the earlier entries that it is near to in meaning and words, nearest first.

    Of those that are merely like it only the ones of the last few issues.

    Args:
        project: The project.
        model: What embeds.
        background: What is usual in the field.
        past: From `past_entries`.
        stories: What may have been told.
        items: Their items by id.
        keep: Keep what entries tell, as vectors, for the next time.
    """
    past = past[:COMPARED]
    ids = list(dict.fromkeys(one for story in stories for one in story.item_ids if one in items))
    if not past or not ids:
        return {}
    told = _told(project, model, background, past, keep)
    rows = told.nearness([items[one] for one in ids], vectors_of(project, model, ids), background)
    found = nearest(stories, dict(zip(ids, rows, strict=True)), past, told.same)
    recent = set(list(dict.fromkeys(one.issue_id for one in past))[:RECENT])
    counted = {
        name: tuple(one for one in near if one.is_same or one.entry.issue_id in recent)
        for name, near in found.items()
    }
    return {name: near for name, near in counted.items() if near}


def told_before(
    project: Project, base: str, stories: Sequence[Story], items: Mapping[str, Item]
) -> dict[str, list[str]]:
    """Where each story was told before, by story id: `431`, or `431, it seems` by its words alone.

    Args:
        project: The project.
        base: The issue that they are told in now.
        stories: What may have been told.
        items: Their items by id.
    """
    past = past_entries(project, before=base)
    archive = Archive(past)
    found = {
        story.id: list(dict.fromkeys(str(one.number) for one in archive.about(story, items)))
        for story in stories
    }
    unknown = [story for story in stories if not found[story.id]]
    for name, near in near_now(project, past, unknown, items).items():
        numbers = dict.fromkeys(one.entry.number for one in near if one.is_same)
        found[name] = [f"{number}, it seems" for number in numbers]
    return found


def near_now(
    project: Project, past: Sequence[Past], stories: Sequence[Story], items: Mapping[str, Item]
) -> dict[str, tuple[Near, ...]]:
    """The same by what was learned before; nothing where nothing was."""
    from digest.pipeline.learning import field_of

    if not past:
        return {}
    model = embedder_of(project)
    background = field_of(project, model)
    if background is None:
        return {}
    return near_entries(project, model, background, past, stories, items)


def _told(
    project: Project, model: Embedder, background: Background, past: Sequence[Past], keep: bool
) -> Told:
    """What the entries tell, as it was kept if nothing has changed since."""
    texts = [entry_text(_plain(one)) for one in past]
    facts = {
        "version": VERSION,
        "embedder": model.name,
        "field": [background.documents, crc32(background.days.tobytes())],
        "entries": blake2b("\0".join(texts).encode(), digest_size=16).hexdigest(),
    }
    kept = learned.read(project, "past")
    if kept is None or kept.facts != facts:
        made = Told.of(texts, model.embed(texts), background)
        own = _own(project, model, background, past, made)
        kept = Kept(facts, made.beside(own).arrays())
        if keep:
            learned.write(project, "past", kept)
    return Told.from_arrays(kept.arrays)


def _own(
    project: Project, model: Embedder, background: Background, past: Sequence[Past], told: Told
) -> dict[int, float]:
    """How near the stories are to entries that were made of them, by the entry's row."""
    stories = project.store.stories.many(one.key for one in past)
    items = project.store.items.many(one for story in stories.values() for one in story.item_ids)
    if not items:
        return {}
    rows = told.nearness(list(items.values()), vectors_of(project, model, list(items)), background)
    place = {item_id: row for row, item_id in enumerate(items)}
    return {
        at: max(float(rows[place[one], at]) for one in stories[entry.key].item_ids)
        for at, entry in enumerate(past)
        if entry.key in stories
    }


def _plain(entry: Past) -> Past:
    """The entry without slots and addresses: what is left are words."""
    return replace(entry, text=_LINK.sub(r"\1", without_slots(entry.text)))

"""What sorting learns from time to time: the field's background, themes from labels, and a taste.

Each is fitted in seconds and kept (`pipeline.learned`) with a record of what it was learned from.
It is learned anew when that has changed by a tenth, or at all and a day has passed; so a round
that finds a few new items and a decision or two learns nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from digest.pipeline import learned
from digest.pipeline.embedder import vectors_of
from digest.pipeline.examples import Examples, labelled, picked_and_passed
from digest.pipeline.learned import Kept
from digest.pipeline.project import Project
from digest.sort.background import Background
from digest.sort.embedder import Embedder
from digest.sort.lessons import Labels, Lesson
from digest.sort.many import Field, are_many, survey
from digest.sort.tags import fingerprint, learn_themes
from digest.sort.taste import Judged, Taste, learn_taste
from digest.sort.telling import Usual

VERSION = 5
LATEST = timedelta(days=60)
"""The background is that of these days, or of as many items as it reads where they are fewer."""
READ, SURVEYED = 4000, 2000
SETTLED = timedelta(days=7)
A_DAY = timedelta(days=1)
GROWN = 1.25
LEAST_CHANGED = 3


@dataclass(frozen=True)
class Learned:
    """What sorting goes by beside the items themselves.

    `themes_changed` and `taste_changed` say that it was learned just now: what was sorted by
    something else in the open window is sorted anew.
    """

    background: Background
    field: Field | None
    lesson: Lesson | None
    taste: Taste | None
    themes_changed: bool = False
    taste_changed: bool = False

    @property
    def usual(self) -> Usual:
        """How rare words are in the field."""
        return Usual(self.background.documents, self.background.frequency)


def learn(project: Project, model: Embedder) -> Learned:
    """Read what was learned before; learn anew what is out of date."""
    progress = project.store.progress
    background = _background(project, model)
    field = _field(project, model, fresh="background" in progress.owed(learned.LEARNED))
    usual = Usual(background.documents, background.frequency)
    lesson, taste = _lesson(project, model, field, usual), _taste(project, model)
    # a round that was killed may have learned what this one is to sort by
    new = progress.owed(learned.LEARNED)
    changed = not new.isdisjoint({"themes", "field"})
    return Learned(background, field, lesson, taste, changed, "taste" in new)


def recall(project: Project, model: Embedder) -> Learned:
    """What was learned before, as it is; for a decision that is to be seen at once."""
    kept = {
        name: _kept(project, name, model) for name in ("background", "field", "themes", "taste")
    }
    stored, field, themes, taste = kept.values()
    return Learned(
        Background.from_arrays(stored.arrays) if stored else _background(project, model),
        Field.from_arrays(field.arrays) if field else None,
        Lesson.from_arrays(themes.arrays) if themes and themes.arrays else None,
        Taste.from_arrays(taste.arrays) if taste and taste.arrays else None,
    )


def field_of(project: Project, model: Embedder) -> Background | None:
    """The background that was learned before, if there is one."""
    stored = _kept(project, "background", model)
    return Background.from_arrays(stored.arrays) if stored else None


def _kept(project: Project, name: str, model: Embedder) -> Kept | None:
    """What is kept under a name, if this version made it with this embedder."""
    kept = learned.read(project, name)
    if kept and (kept.facts.get("version"), kept.facts.get("embedder")) == (VERSION, model.name):
        return kept
    return None


def _facts(project: Project, model: Embedder, **more: Any) -> dict[str, Any]:
    return {"version": VERSION, "embedder": model.name, "at": project.now.isoformat(), **more}


def _age(project: Project, kept: Kept) -> timedelta:
    return project.now - datetime.fromisoformat(kept.facts["at"])


# ------------------------------------------------------------------------------------- background


def _background(project: Project, model: Embedder) -> Background:
    kept, count = _kept(project, "background", model), project.store.items.count()
    if (
        kept
        and count <= max(kept.facts["items"] * GROWN, 1)
        and (_age(project, kept) < SETTLED or count == kept.facts["items"])
    ):
        return Background.from_arrays(kept.arrays)
    ids = _latest(project)
    items = project.store.items.many(ids)
    background = Background.of(list(items.values()), vectors_of(project, model, ids))
    made = Kept(_facts(project, model, items=count), background.arrays())
    learned.write(project, "background", made)
    # As it will be read: half precision rounds, and every run is to see the same numbers.
    return Background.from_arrays(made.arrays)


def _latest(project: Project) -> list[str]:
    items = project.store.items
    ids = items.ids_since(project.now - LATEST)
    if len(ids) < READ:
        ids = items.ids_since(datetime.min.replace(tzinfo=UTC))[-READ:]
    return sorted(sampled(ids, READ))


def sampled(ids: Iterable[str], most: int) -> list[str]:
    """At most so many of some ids, the same ones each time."""
    return sorted(ids, key=lambda one: (crc32(one.encode()), one))[:most]


# ----------------------------------------------------------------------------------------- themes


def _definition(project: Project, model: Embedder) -> str:
    themes = project.config.themes
    return _mark([fingerprint(theme, themes, model.name) for theme in themes])


def _field(project: Project, model: Embedder, *, fresh: bool) -> Field | None:
    """What the field says of the themes, if they are many: as old as its background at most."""
    themes, definition = project.config.themes, _definition(project, model)
    if not are_many(themes):
        return None
    kept = _kept(project, "field", model)
    if kept and not fresh and kept.facts["definition"] == definition:
        return Field.from_arrays(kept.arrays)
    ids = sorted(sampled(_latest(project), SURVEYED))
    items = list(project.store.items.many(ids).values())
    field = survey(items, vectors_of(project, model, ids), themes, model)
    learned.write(
        project, "field", Kept(_facts(project, model, definition=definition), field.arrays())
    )
    return field


def _lesson(project: Project, model: Embedder, field: Field | None, usual: Usual) -> Lesson | None:
    themes, kept = project.config.themes, _kept(project, "themes", model)
    definition = _definition(project, model)
    examples = labelled(project)
    learned_from = {name: sorted(given) for name, given in sorted(examples.themes.items())}
    if kept is None and not learned_from:
        return None
    same = kept is not None and kept.facts["definition"] == definition
    if kept and same and not _outdated(project, kept, learned_from):
        return Lesson.from_arrays(kept.arrays) if kept.arrays else None
    names, items = list(examples.items), list(examples.items.values())
    labels = Labels(items, _vectors(project, model, examples), [examples.themes[n] for n in names])
    lesson = learn_themes(labels, themes, model, field, usual)
    facts = _facts(project, model, definition=definition, learned_from=learned_from)
    learned.write(project, "themes", Kept(facts, lesson.arrays() if lesson else {}))
    return lesson


def _vectors(project: Project, model: Embedder, examples: Examples) -> NDArray[np.float32]:
    """The embeddings of examples: stored ones, and those of entries that are stored as no item."""
    from digest.sort.text import embedded

    found = vectors_of(project, model, list(examples.items))
    bare = [row for row, name in enumerate(examples.items) if name in examples.unstored]
    if bare:
        items = list(examples.items.values())
        made = model.embed([embedded(items[row]) for row in bare])
        found = found if found.shape[1] else np.zeros((len(items), made.shape[1]), np.float32)
        found[bare] = made
    return found


# ------------------------------------------------------------------------------------------ taste


def _taste(project: Project, model: Embedder) -> Taste | None:
    kept, (picked, beside) = _kept(project, "taste", model), picked_and_passed(project)
    passed = sampled(beside, READ)
    learned_from = {**dict.fromkeys(passed, 0), **dict.fromkeys(picked, 1)}
    if kept is None and not picked:
        return None
    if kept and not _outdated(project, kept, learned_from):
        return Taste.from_arrays(kept.arrays) if kept.arrays else None
    taste = learn_taste(_judged(project, model, picked), _judged(project, model, passed))
    facts = _facts(project, model, learned_from=learned_from)
    learned.write(project, "taste", Kept(facts, taste.arrays() if taste else {}))
    return taste


def _judged(project: Project, model: Embedder, ids: Iterable[str]) -> Judged:
    items = project.store.items.many(sorted(ids))
    return Judged(list(items.values()), vectors_of(project, model, list(items)))


# ------------------------------------------------------------------------------------ when to learn


def _outdated(project: Project, kept: Kept, now: Mapping[str, Any]) -> bool:
    before = kept.facts["learned_from"]
    changed = sum(before.get(name) != now.get(name) for name in before.keys() | now.keys())
    if not changed:
        return False
    return changed >= max(LEAST_CHANGED, len(before) // 10) or _age(project, kept) >= A_DAY


def _mark(parts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()[:16]

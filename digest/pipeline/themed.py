"""Themes of imported entries: the machine's, until the editor gives an entry its own.

A newsletter's earlier issues name no themes. So that theme pages hold the archive, each entry is
tagged by its words as an item is. These tags stand apart from the entry: only themes that the file
itself named, or that the editor gave, are the entry's own, and only from those is learned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from digest.draft.write import to_markdown
from digest.errors import NotFound, Refused
from digest.model import Issue, Tag
from digest.pipeline.examples import as_item, name_of
from digest.pipeline.learning import Learned, recall
from digest.pipeline.opening import known_theme, named_issue
from digest.pipeline.project import Project
from digest.sort.embedder import Embedder
from digest.store.entries import Covered

MOST = 3
"""An entry is shown under so many themes, the strongest."""


@dataclass(frozen=True, slots=True)
class Rethemed:
    """An imported entry and its themes; where they are empty, the machine's are shown again."""

    issue: str
    key: str
    headline: str
    themes: tuple[str, ...]

    def line(self) -> str:
        """A line for a person."""
        about = ", ".join(self.themes) or "what tagging finds"
        return f"retheme {self.issue}/{self.key}  {self.headline} {about}"


def tag_imported(project: Project, model: Embedder, learned: Learned) -> int:
    """Tag the imported entries that name no theme; how many, or 0 where nothing has changed."""
    store = project.store
    mark = _mark(project, model, learned)
    if store.entry_tags.are_of(mark):
        return 0
    entries = [one for one in store.issues.covered() if one.imported and not one.themes]
    found = _tags(project, entries, model, learned) if entries else {}
    places = {(one.issue_id, one.position): found.get(name_of(one), []) for one in entries}
    store.entry_tags.replace(places, mark)
    return len(entries)


def tag_at_once(project: Project) -> int:
    """The same, by what was learned before: right behind an import, or a change of themes."""
    from digest.pipeline.embedder import embedder_of

    model = embedder_of(project)
    return tag_imported(project, model, recall(project, model))


def _tags(
    project: Project, entries: Sequence[Covered], model: Embedder, learned: Learned
) -> dict[str, list[Tag]]:
    """The strongest chosen tags of each entry, by the entry's name."""
    from digest.sort.tags import tag
    from digest.sort.text import embedded

    items = [as_item(one) for one in entries]
    tags = tag(
        items,
        model.embed([embedded(item) for item in items]),
        project.config.themes,
        learned.lesson,
        embedder=model,
        field=learned.field,
        usual=learned.usual,
    )
    found: dict[str, list[Tag]] = {}
    for one in sorted(tags, key=lambda each: (-each.score, each.theme)):
        if one.chosen and len(found.setdefault(one.item_id, [])) < MOST:
            found[one.item_id].append(one)
    return found


def _mark(project: Project, model: Embedder, learned: Learned) -> str:
    """A digest of what tags of entries are found by."""
    from digest.sort.tags import fingerprint

    themes = project.config.themes
    digest = hashlib.sha256(project.store.issues.mark().encode())
    for theme in themes:
        digest.update(fingerprint(theme, themes, model.name).encode())
    arrays = learned.lesson.arrays() if learned.lesson else {}
    arrays |= learned.field.arrays() if learned.field else {}
    for name in sorted(arrays):
        digest.update(name.encode() + arrays[name].tobytes())
    return digest.hexdigest()[:16]


# ----------------------------------------------------------------------------- what the editor says


def retheme_entry(project: Project, ref: str, themes: Sequence[str]) -> Rethemed:
    """Give an imported entry its own themes, from which tagging learns; or none of its own again.

    They stand in a further snapshot of its issue, and importing the same file anew keeps them.

    Args:
        project: The project.
        ref: `ISSUE/ENTRY`: an id or number, and a key, the beginning of one, or a place from 1.
        themes: Ids of configured themes.

    Raises:
        NotFound: there is no such issue, entry or theme, or several entries begin so.
        Refused: the issue was written here: its draft says what its entries are about.
    """
    for theme in themes:
        known_theme(project.config, theme)
    issue_ref, _, entry_ref = ref.partition("/")
    record = named_issue(project, issue_ref)
    if not record.imported_from:
        raise Refused(
            f"issue {record.id} was not imported",
            cure="Write themes=… into the entry's marker, and publish with --correct.",
        )
    issue = project.store.issues.snapshot(record.id).issue
    at = _entry_at(issue, entry_ref)
    entries = list(issue.entries)
    entries[at] = replace(entries[at], themes=tuple(dict.fromkeys(themes)))
    whole = replace(issue, entries=tuple(entries))
    with project.store.transaction():
        project.store.issues.publish(
            whole,
            to_markdown(replace(whole, front={})),
            project.now,
            imported_from=record.imported_from,
        )
    tag_at_once(project)
    return Rethemed(record.id, entries[at].key, entries[at].headline, entries[at].themes)


def _entry_at(issue: Issue, ref: str) -> int:
    keys = [entry.key for entry in issue.entries]
    if ref.isdecimal() and 1 <= int(ref) <= len(keys):
        return int(ref) - 1
    found = [at for at, key in enumerate(keys) if key == ref] or [
        at for at, key in enumerate(keys) if ref and key.startswith(ref)
    ]
    if len(found) == 1:
        return found[0]
    raise NotFound(
        f"{ref!r} names {len(found) or 'no'} entries of issue {issue.id}",
        cure=f"They are {', '.join(keys)}; or name one by its place, 1 to {len(keys)}.",
    )


def with_themes_of(issue: Issue, before: Issue) -> Issue:
    """An issue read anew, with the themes that its entries had been given where it names none."""
    given = {entry.key: entry.themes for entry in before.entries}
    entries = (
        entry if entry.themes else replace(entry, themes=given.get(entry.key, ()))
        for entry in issue.entries
    )
    return replace(issue, entries=tuple(entries))

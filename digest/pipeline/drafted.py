"""What drafting did, and whether there is anything for it to do.

A draft follows its sources. Where neither they nor anything else that it is made from has changed
since it was written, and the file says what it said then, it stands as it is: nothing is read for
it, and nothing that writes is loaded.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from digest import __version__
from digest.draft.blocks import cut, is_untouched
from digest.draft.slots import slots_in
from digest.draft.style import style_named
from digest.pipeline.files import read_draft
from digest.pipeline.opening import draft_path
from digest.pipeline.project import Project
from digest.store.records import IssueRecord


@dataclass(frozen=True, slots=True)
class Drafted:
    """What drafting did.

    Attributes:
        entries: Keys of the entries in the file, in order.
        slots: How many slots await the editor's words.
        left_alone: Why the file was not touched; empty where it was looked at.
        warnings: What the editor should know, each with its line.
        notes: What a language model wrote, and where it failed; empty without one.
    """

    issue: str
    number: int
    path: Path
    written: bool
    entries: tuple[str, ...] = ()
    slots: int = 0
    added: tuple[str, ...] = ()
    rewritten: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    left_alone: str = ""
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """A few lines for a person: what was done, and where the file is."""
        if self.left_alone:
            return f"{self.path}\n{self.left_alone}"
        done = [
            f"{len(keys)} {word}"
            for keys, word in (
                (self.added, "added"),
                (self.rewritten, "refreshed"),
                (self.removed, "removed"),
                (self.touched, "yours"),
            )
            if keys
        ]
        state = f"{len(self.entries)} entries ({', '.join(done) or 'nothing new'})"
        first = f"{self.path}\n{state}, {self.slots} slots for your words"
        return "\n".join([first, *self.notes])


def standing_draft(project: Project, record: IssueRecord) -> Drafted | None:
    """What drafting would say where there is nothing for it to do; None where there may be.

    Raises:
        ConfigError: there is no such style.
        DraftError: the file is not UTF-8.
        MachineError: it cannot be read.
    """
    path, store = draft_path(project, record), project.store
    current = read_draft(path)
    if current is None or record.status != "draft" or project.config.llm is not None:
        return None
    if not store.progress.is_drafted(record.id, _conditions(project, record, current)):
        return None
    blocks, written = cut(current), store.drafts.machine_texts(record.id)
    return Drafted(
        issue=record.id,
        number=record.number,
        path=path,
        written=False,
        entries=tuple(block.key for block in blocks.entries),
        slots=sum(1 for _ in slots_in(current)),
        touched=tuple(
            block.key
            for block in blocks.entries
            if not is_untouched(block, written.get(block.key, ()))
        ),
    )


def remember_draft(project: Project, record: IssueRecord, done: Drafted) -> None:
    """Remember what the draft was made from, unless it was left alone or says what is wrong."""
    text = project.store.drafts.last_text(record.id)
    if text is not None and not done.left_alone and not done.warnings:
        project.store.progress.drafted(record.id, _conditions(project, record, text))


def _conditions(project: Project, record: IssueRecord, text: str) -> str:
    """A digest of what a draft of that text is made from, beside items and stories."""
    config, store = project.config, project.store
    said = (
        __version__,
        text,
        config.model_dump_json(exclude={"folder"}),
        repr(style_named(record.style, [config.templates])),
        repr(record),
        store.decisions.count(),
        store.issues.mark(),
        store.drafts.mark(record.id),
        store.sources.mark(),
    )
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

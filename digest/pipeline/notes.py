"""Theme notes: `data/notes/THEME.md`, a scratchpad of links and lines that belong to no story yet.

The file is the editor's, to write in as they like; a command only ever adds a line at its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from digest.draft.blocks import newline_of
from digest.errors import UsageError
from digest.pipeline.files import read_draft, replace_file
from digest.pipeline.opening import known_theme
from digest.pipeline.project import Project


@dataclass(frozen=True, slots=True)
class Notes:
    """A theme's notes as they stand in its file; `lines` are those that say something."""

    theme: str
    title: str
    path: Path
    text: str

    @property
    def lines(self) -> list[str]:
        """The lines below its heading that are not blank."""
        lines = [line.rstrip() for line in self.text.splitlines() if line.strip()]
        return lines[1:] if lines and lines[0].startswith("# ") else lines


def notes(project: Project, theme: str | None = None) -> list[Notes]:
    """The notes of one theme, or of all in the order of sources.yaml; empty without a file.

    Raises:
        NotFound: there is no such theme.
        DraftError: a file is not UTF-8.
    """
    config = project.config
    themes = [known_theme(config, theme)] if theme else list(config.themes)
    return [
        Notes(one.id, one.title, _path(project, one.id), read_draft(_path(project, one.id)) or "")
        for one in themes
    ]


def add_note(project: Project, theme: str, words: str) -> Notes:
    """Add a line at the end of a theme's notes, with the day; every other byte stays.

    Raises:
        NotFound: there is no such theme.
        UsageError: the note says nothing.
        Refused: the file changed at this moment.
    """
    said = " ".join(words.split())
    if not said:
        raise UsageError("the note is empty", cure='Write it in quotation marks: "…".')
    (held,) = notes(project, theme)
    day = project.now.astimezone(project.config.newsletter.zone).date()
    newline = newline_of(held.text)
    before = held.text or f"# {held.title}\n\n"
    joint = "" if before.endswith("\n") else newline
    text = f"{before}{joint}- {day.isoformat()}: {said}{newline}"
    replace_file(held.path, text, expected=read_draft(held.path))
    return Notes(held.theme, held.title, held.path, text)


def _path(project: Project, theme: str) -> Path:
    return project.config.data / "notes" / f"{theme}.md"

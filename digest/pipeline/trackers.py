"""Running lists: what issues file in them, and what the editor files by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest.config.schema import Tracker
from digest.draft.tracked import wrong_row
from digest.errors import MachineError, NotFound, Refused, UsageError, at
from digest.markup.sheets import read_csv
from digest.model import Issue, Item, Story
from digest.pipeline.filed import once
from digest.pipeline.project import Project
from digest.store.trackers import TrackerRow


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a tracker.

    Attributes:
        id: Its number, by which it is removed.
        cells: Column -> text, in the order of the columns.
        issue: The issue that filed it; empty for a row by hand.
        published: Whether readers see it.
    """

    id: int
    tracker: str
    cells: dict[str, str]
    at: datetime
    issue: str
    published: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A tracker and what it holds."""

    id: str
    title: str
    theme: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list: the numbers of the new rows, and how many were there already."""

    tracker: str
    added: tuple[int, ...]
    known: int


def trackers(project: Project, name: str | None = None) -> list[Listed]:
    """All trackers with their rows, or one; what is filed twice is listed once.

    Raises:
        NotFound: there is no such tracker.
    """
    chosen = [named(project, name)] if name else project.config.trackers
    rows = project.store.trackers.rows(name or "")
    return [
        Listed(
            one.id,
            one.title,
            one.theme or "",
            one.columns,
            tuple(_row(row, one) for row in once(row for row in rows if row.tracker == one.id)),
        )
        for one in chosen
    ]


def file_rows(project: Project, issue: Issue) -> None:
    """Make an issue's rows exactly those of its entries; what cannot be filed is left out.

    `check` finds that before, so it happens only where an issue was published in spite of it.
    """
    columns = {one.id: one.columns for one in project.config.trackers}
    rows = [
        (entry.key, row.tracker, dict(zip(columns[row.tracker], row.cells, strict=True)))
        for entry in issue.entries
        for row in entry.tracked
        if not wrong_row(row, columns)[0]
    ]
    project.store.trackers.file(issue.id, rows, project.now)


def add(
    project: Project, name: str, cells: Sequence[str], story: str | None = None
) -> list[Listed]:
    """File one row by hand: a text for each column, or what a story says and texts for the rest.

    Raises:
        NotFound: there is no such tracker or story.
        UsageError: the texts are not as many as the columns that await one.
        Refused: the tracker has that row already.
    """
    tracker = named(project, name)
    story_id, known = _from_story(project, story, tracker) if story else ("", {})
    open_columns = [column for column in tracker.columns if column not in known]
    title = known.pop("", "")
    if len(open_columns) == 1 and not cells and title:
        cells = [title]
    if len(cells) != len(open_columns):
        raise UsageError(
            f"{name} awaits {len(open_columns)} texts, for {', '.join(open_columns)}; "
            f"here are {len(cells)}",
            cure=f"digest tracker add {name} " + " ".join(f'"{one}"' for one in open_columns),
        )
    row = {**known, **dict(zip(open_columns, (cell.strip() for cell in cells), strict=True))}
    if not any(row.values()):
        raise UsageError("the row is empty")
    ordered = {column: row[column] for column in tracker.columns}
    numbers = project.store.trackers.add(name, [ordered], project.now, story_id)
    if not numbers:
        raise Refused(
            f"{name} has that row already", cure=f"`digest tracker list {name}` shows it."
        )
    (listed,) = trackers(project, name)
    new = tuple(one for one in listed.rows if one.id in numbers)
    return [Listed(listed.id, listed.title, listed.theme, listed.columns, new)]


def import_csv(project: Project, name: str, path: Path) -> Imported:
    """File the rows of a CSV file whose first line names the columns; all of them, or none.

    Rows that the tracker has already are not filed again.

    Raises:
        NotFound: there is no such tracker or file.
        Refused: the file is not such a list; names the line.
    """
    tracker = named(project, name)
    rows = read_csv(_text(path), str(path))
    if not rows:
        raise Refused("the file is empty", where=str(path))
    line, header = rows[0]
    names = _columns(header, tracker, at(path, line))
    found = []
    for line, cells in rows[1:]:
        if len(cells) > len(names):
            raise Refused(
                f"this row has {len(cells)} cells, and there are {len(names)} columns",
                where=at(path, line),
                cure="Put quotation marks around cells that hold commas; nothing was filed.",
            )
        given = dict(zip(names, (" ".join(cell.split()) for cell in cells), strict=False))
        found.append({column: given.get(column, "") for column in tracker.columns})
    added = project.store.trackers.add(name, found, project.now)
    return Imported(name, tuple(added), len(found) - len(added))


def remove(project: Project, number: int) -> Row:
    """Take away a row that was filed by hand.

    Raises:
        NotFound: there is no such row.
        Refused: an issue filed it.
    """
    row = next((one for one in project.store.trackers.rows() if one.id == number), None)
    if row is None:
        raise NotFound(f"there is no row {number}", cure="`digest tracker list` shows the numbers.")
    if row.issue_id:
        raise Refused(
            f"row {number} was filed by issue {row.issue_id}",
            cure="Take the line out of its draft, and publish that with --correct.",
        )
    project.store.trackers.remove(number)
    return Row(row.id, row.tracker, dict(row.cells), row.at, "", published=True)


def named(project: Project, name: str) -> Tracker:
    """The configured tracker of that id.

    Raises:
        NotFound: there is none.
    """
    for one in project.config.trackers:
        if one.id == name:
            return one
    known = ", ".join(one.id for one in project.config.trackers)
    raise NotFound(
        f"there is no tracker {name!r}",
        where=str(project.config.folder / "sources.yaml"),
        cure=f"The trackers are {known}." if known else "Name one there, under trackers:.",
    )


# -------------------------------------------------------------------------------------------------


def _row(row: TrackerRow, tracker: Tracker) -> Row:
    ordered = {column: row.cells.get(column, "") for column in tracker.columns}
    return Row(row.id, row.tracker, {**ordered, **row.cells}, row.at, row.issue_id, row.published)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as problem:
        raise NotFound("there is no such file", where=str(path)) from problem
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise Refused(
            "the file is not UTF-8", where=at(path, line), cure="Save it as UTF-8."
        ) from problem
    except OSError as problem:
        raise MachineError(f"it cannot be read: {problem.strerror}", where=str(path)) from problem


def _columns(header: Sequence[str], tracker: Tracker, where: str) -> list[str]:
    """The tracker's columns as the file's first line names them, in any order."""
    known = {column.casefold(): column for column in tracker.columns}
    names = [known.get(cell.strip().casefold(), "") for cell in header]
    strange = [cell.strip() for cell, name in zip(header, names, strict=True) if not name]
    wanted = ", ".join(tracker.columns)
    if strange or len(set(names)) < len(names):
        problem = (
            f"{tracker.id} has no column {strange[0]!r}" if strange else "a column is named twice"
        )
        raise Refused(problem, where=where, cure=f"The first line names columns: {wanted}.")
    return names


def _from_story(project: Project, key: str, tracker: Tracker) -> tuple[str, dict[str, str]]:
    """What a story says of a tracker's columns, by their names; its title under no name."""
    store = project.store
    story_id = store.stories.resolve(key)
    story = store.stories.many([story_id])[story_id]
    primary = store.items.many([story.primary])[story.primary]
    facts = _facts(story, primary, store.sources.names())
    known = {
        column: facts[column.casefold()]
        for column in tracker.columns
        if facts.get(column.casefold())
    }
    return story_id, {**known, "": primary.title or story.title}


def _facts(story: Story, primary: Item, names: Mapping[str, str]) -> dict[str, str]:
    """What is known of a story, by what a column may be called."""
    day = primary.published
    source = "arXiv" if primary.id.startswith("arxiv:") else names.get(primary.source_id, "")
    facts = dict.fromkeys(("link", "url", "address"), primary.url)
    facts |= dict.fromkeys(("authors", "author", "by"), ", ".join(primary.authors))
    facts |= dict.fromkeys(("source", "outlet", "venue"), source)
    facts |= dict.fromkeys(("title", "headline"), primary.title or story.title)
    facts |= dict.fromkeys(("theme", "themes"), ", ".join(story.themes))
    facts["year"] = str(day.year) if day else ""
    facts["date"] = facts["day"] = day.date().isoformat() if day else ""
    return facts

"""`digest import`: earlier issues, however they were kept, into the store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from glob import has_magic
from pathlib import Path
from typing import Literal

from digest.draft.archive.files import MOST_BYTES, SUFFIXES, Found, read_issues
from digest.draft.write import to_markdown
from digest.errors import DigestError, NotFound
from digest.model import Issue
from digest.pipeline.project import Project
from digest.pipeline.snapshot import sourced
from digest.pipeline.themed import tag_at_once, with_themes_of
from digest.store.records import IssueRecord

What = Literal["new", "changed", "same", "left"]


@dataclass(frozen=True, slots=True)
class Import:
    """What became of one file, or of one post of an export.

    Attributes:
        file: Where it stands.
        what: `new`; `changed`, where an earlier import was replaced by a further version; `same`;
            or `left`, and then `reason` says why.
        issue: The issue's id.
        entries, read_more: How many were found.
        tale: The title of its story.
        extra: How many words found no place but `extra`.
    """

    file: str
    what: What
    reason: str = ""
    issue: str = ""
    number: int = 0
    title: str = ""
    date: date | None = None
    entries: int = 0
    read_more: int = 0
    tale: str = ""
    extra: int = 0

    def line(self) -> str:
        """A line for a person."""
        if self.what == "left":
            return f"{self.file}: left: {self.reason}"
        count = f"{self.entries} {'entry' if self.entries == 1 else 'entries'}"
        parts = [f"{count}, {self.read_more} with more to read"]
        parts += [f"the tale “{self.tale}”"] if self.tale else []
        parts += [f"{self.extra} words beside them"] if self.extra else []
        day = f" of {self.date}" if self.date else ", undated"
        return f"{self.what:<8}{self.issue}{day}: {self.title}: {'; '.join(parts)}"


@dataclass(frozen=True, slots=True)
class Imports:
    """What became of all files, the oldest issue first."""

    dry_run: bool
    issues: tuple[Import, ...]

    @property
    def left(self) -> list[Import]:
        """What could not be imported."""
        return [one for one in self.issues if one.what == "left"]

    def summary(self) -> str:
        """A line for each issue, and what they come to."""
        counts = {what: sum(one.what == what for one in self.issues) for what in _WORDS}
        said = ", ".join(f"{count} {_WORDS[what]}" for what, count in counts.items() if count)
        head = "would import" if self.dry_run else "imported"
        lines = [one.line() for one in self.issues if one.what != "left"]
        return "\n".join([*lines, f"{head}: {said or 'nothing'}"])


_WORDS: dict[What, str] = {
    "new": "new", "changed": "changed", "same": "known already", "left": "left",
}  # fmt: skip


def import_issues(
    project: Project, names: Sequence[str], *, day: date | None = None, dry_run: bool = False
) -> Imports:
    """Read earlier issues and store them as published.

    An issue that is known already, word for word, adds nothing; one that an earlier import read
    otherwise is replaced by a further version of it, under the address that it has. What is no
    issue is told of and holds up nothing else.

    Args:
        project: The project.
        names: Files, folders (with all below them) and patterns such as `old/*.html`.
        day: The day of publication of what bears none.
        dry_run: Only say what would be done.

    Raises:
        NotFound: a name leads nowhere.
    """
    read = [one for path in _files(names) for one in _read(path)]
    found = [
        (one.name, replace(one.issue, date=one.issue.date or day))
        for one in read
        if one.issue is not None
    ]
    done = [Import(one.name, "left", one.reason) for one in read if one.issue is None]
    chosen, twice = _best(found)
    done += twice
    stored = len(done)
    with project.store.transaction():
        # In the order in which they came out, so that of two of one week the first has its name.
        for name, issue in sorted(chosen, key=lambda pair: _age(pair[1])):
            done.append(_import(project, name, issue, dry_run))
    if not dry_run and any(one.what in ("new", "changed") for one in done[stored:]):
        tag_at_once(project)
    return Imports(dry_run, tuple(done))


# ---------------------------------------------------------------------------------------- the files


def _files(names: Sequence[str]) -> Iterator[Path]:
    """Every file that is meant, once, in an order in which 2 stands before 10."""
    seen: set[Path] = set()
    for name in names:
        for path in _meant(name):
            if path.resolve() not in seen:
                seen.add(path.resolve())
                yield path


def _meant(name: str) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        below = (each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES)
        shown = (each for each in below if not any(p.startswith(".") for p in each.parts[1:]))
        return sorted((each for each in shown if each.is_file()), key=_natural)
    if path.exists():
        return [path]
    if has_magic(name):
        root = Path(path.anchor or ".")
        pattern = str(path.relative_to(path.anchor)) if path.anchor else name
        if found := sorted(root.glob(pattern), key=_natural):
            return [each for each in found if each.is_file()]
    raise NotFound("there is no such file or folder", where=name)


def _natural(path: Path) -> tuple[tuple[int, str], ...]:
    parts = re.split(r"(\d+)", str(path))
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in parts)


def _read(path: Path) -> list[Found]:
    """The issues of a file; where it cannot be read, one that says why."""
    try:
        if path.stat().st_size > MOST_BYTES * 10:
            return [Found(str(path), None, "the file is too large to be issues")]
        found = read_issues(path.name, path.read_bytes())
    except OSError as problem:
        return [Found(str(path), None, problem.strerror or str(problem))]
    except DigestError as problem:
        return [Found(str(path), None, problem.message)]
    folder = path.parent
    return [replace(one, name=str(folder / one.name)) for one in found]


def _best(
    found: Sequence[tuple[str, Issue]],
) -> tuple[list[tuple[str, Issue]], list[Import]]:
    """Of the files that hold one number the one that tells most; and the others, left."""
    best: dict[int, tuple[str, Issue]] = {}
    for name, issue in found:
        other = best.get(issue.number)
        if other is None or _worth(issue) > _worth(other[1]):
            best[issue.number] = (name, issue)
    left = [
        Import(name, "left", f"{best[issue.number][0]} holds number {issue.number} too, and more")
        for name, issue in found
        if best[issue.number] != (name, issue)
    ]
    return list(best.values()), left


def _worth(issue: Issue) -> tuple[int, int, bool, int]:
    """What is more worth having: addresses, entries, a day, words."""
    addresses = sum(bool(more.url) for entry in issue.entries for more in entry.read_more)
    words = len(to_markdown(issue).split())
    return addresses, len(issue.entries), issue.date is not None, words


def _age(issue: Issue) -> tuple[date, int]:
    return issue.date or date.min, issue.number


# ---------------------------------------------------------------------------------------- the store


def _import(project: Project, name: str, issue: Issue, dry_run: bool) -> Import:
    """Store one issue, or say why not."""
    records = project.store.issues.all()
    same_number = [record for record in records if record.number == issue.number]
    own = next((record for record in same_number if not record.imported_from), None)
    if own is not None:
        reason = f"number {issue.number} is issue {own.id}, which was written here"
        return Import(name, "left", reason)
    before = next(iter(same_number), None)
    if before:
        issue = with_themes_of(issue, project.store.issues.snapshot(before.id).issue)
    issue = replace(
        issue,
        id=before.id if before else _free_id(issue, records),
        status="published",
        date=issue.date or (before.date if before else None),
    )
    markdown = to_markdown(replace(issue, front={}))
    told = _told(name, issue)
    known = project.store.issues.snapshot(issue.id).markdown if before else None
    if known == markdown and before and before.status == "published":
        return replace(told, what="same")
    if not dry_run:
        _store(project, issue, markdown, name)
    return replace(told, what="changed" if before else "new")


def _free_id(issue: Issue, records: Iterable[IssueRecord]) -> str:
    """The issue's id; its number, where another issue has the week."""
    taken = {record.id for record in records}
    return issue.id if issue.id not in taken else f"n{issue.number}"


def _store(project: Project, issue: Issue, markdown: str, name: str) -> None:
    issues = project.store.issues
    whole = replace(
        issue, front={}, entries=tuple(sourced(project, entry, None) for entry in issue.entries)
    )
    out = _moment(project, issue)
    issues.publish(whole, markdown, project.now, imported_from=name)
    issues.save(replace(issues.get(issue.id), published_at=out, publish_at=None))


def _moment(project: Project, issue: Issue) -> datetime:
    """When an issue came out: the noon of its day.

    An undated one is put behind the last dated one of a lower number, so that it stands in its
    order; that moment is shown nowhere.
    """
    zone = project.config.newsletter.zone
    if issue.date:
        return datetime.combine(issue.date, time(12), tzinfo=zone).astimezone(UTC)
    dated = [
        (record.number, record.published_at)
        for record in project.store.issues.published()
        if record.published_at and record.date
    ]
    lower = [pair for pair in dated if pair[0] < issue.number]
    if lower:
        return max(lower)[1]
    return min(dated)[1] if dated else project.now


def _told(name: str, issue: Issue) -> Import:
    extras = [issue.extra, *(entry.extra for entry in issue.entries)]
    extras += [issue.coda.extra] if issue.coda else []
    return Import(
        file=name,
        what="new",
        issue=issue.id,
        number=issue.number,
        title=issue.title,
        date=issue.date,
        entries=len(issue.entries),
        read_more=sum(bool(entry.read_more) for entry in issue.entries),
        tale=issue.coda.title if issue.coda else "",
        extra=sum(len(text.split()) for text in extras),
    )

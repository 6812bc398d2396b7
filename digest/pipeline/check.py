"""`digest check`: what stands between a draft and its publication."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from digest.draft.check import check as find_problems
from digest.draft.material import SourceText
from digest.draft.problems import Problem
from digest.draft.read import Draft, read
from digest.draft.style import style_named
from digest.errors import Refused, at
from digest.markup.identifiers import external_ids
from digest.model import Entry, Story
from digest.pipeline.files import read_draft
from digest.pipeline.habits import habits_of
from digest.pipeline.links import dead_links, links_of
from digest.pipeline.opening import draft_path, named_issue
from digest.pipeline.project import Project
from digest.store.records import IssueRecord


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft and its problems, in the order of its lines."""

    issue: str
    path: Path
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> list[Problem]:
        """What holds publication up."""
        return [problem for problem in self.problems if problem.severity == "error"]

    def line(self, problem: Problem) -> str:
        """`file:line:column: error: message; cure`, the form that editors can jump from."""
        where = at(self.path, problem.line, problem.column)
        cure = f"; {problem.cure}" if problem.cure else ""
        return f"{where}: {problem.severity}: {problem.message}{cure}"

    def text(self) -> str:
        """A line for each problem, and what they come to."""
        errors = len(self.errors)
        warnings = len(self.problems) - errors
        verdict = "nothing stands in the way" if not errors else "not ready"
        counts = f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
        return "\n".join([*map(self.line, self.problems), f"{self.issue}: {counts}: {verdict}"])


def check(project: Project, ref: str | None = None, *, online: bool = False) -> Checked:
    """Read the issue's draft and hold it against everything that is stored.

    With `online` its links are tried as well.

    Raises:
        NotFound: there is no such issue.
        Refused: it has no draft yet.
        DraftError: the draft is damaged; names the line.
    """
    record = named_issue(project, ref)
    draft = load_draft(project, record)
    return Checked(
        record.id, draft_path(project, record), tuple(problems_of(project, draft, online=online))
    )


def load_draft(project: Project, record: IssueRecord) -> Draft:
    """The issue's draft from disk.

    Raises:
        Refused: there is none.
        DraftError: it is damaged, or says that it is another issue.
    """
    path = draft_path(project, record)
    text = read_draft(path)
    if text is None:
        raise Refused(
            f"issue {record.id} has no draft yet", where=str(path), cure="`digest draft` writes it."
        )
    return read(text, str(path), style_named(record.style, [project.config.templates]))


def problems_of(project: Project, draft: Draft, *, online: bool = False) -> list[Problem]:
    """Every problem of a draft that was read; `online` asks whether its links answer."""
    issue, store = draft.issue, project.store
    stories = store.stories.many(entry.key for entry in issue.entries)
    sources = {
        entry.key: tuple(texts_of(project, entry, stories.get(entry.key)))
        for entry in issue.entries
    }
    dead = dead_links(project, links_of(issue)) if online else {}
    record = store.issues.find(issue.id)
    problems = find_problems(draft, sources, habits=habits_of(project, draft, stories, dead))
    if record is not None and record.theme:
        problems = [one for one in problems if one.code != "no-parts"]
    if issue.entries:
        return problems
    empty = Problem("error", "no-entries", "the issue has no entry", 1, cure="write or keep one")
    return [empty, *problems]


def texts_of(project: Project, entry: Entry, story: Story | None) -> Iterator[SourceText]:
    """All versions of all texts that the entry may quote.

    They are those of its story, and those of every stored item that the entry itself links to: so
    that an entry by hand, or a source added by hand, is checked as well.
    """
    store = project.store
    linked = [reference.url for reference in entry.read_more]
    linked += [link.url for link in entry.links]
    ids = list(story.item_ids) if story else []
    ids += [item_id for url in linked if url for item_id in store.items.by_url(url)]
    ids += [f"arxiv:{number}" for url in linked if (number := external_ids(url).get("arxiv"))]
    names = store.sources.names()
    for item in store.items.many(ids).values():
        voices = tuple(filter(None, (*item.authors, names.get(item.source_id, ""))))
        about = SourceText(
            item.id, 0, "", item.title, voices=voices, url=item.url, is_paper=item.kind == "paper"
        )
        for version in store.items.versions(item.id):
            yield replace(about, version=version.number, text=version.text)
            yield replace(about, version=version.number, text=version.title)
        for text in store.items.texts([item.id])[item.id]:
            yield replace(about, text=text)

"""`digest publish`: a snapshot of the draft as it stands, and the site built from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from digest.draft.material import SourceText
from digest.draft.read import Draft
from digest.draft.status import with_status
from digest.errors import NeedsPerson, Refused
from digest.model import Entry, Issue, Quote
from digest.pipeline.build import Built, build
from digest.pipeline.check import Checked, load_draft, problems_of, texts_of
from digest.pipeline.files import replace_file
from digest.pipeline.opening import draft_path, named_issue
from digest.pipeline.project import Project
from digest.store.records import IssueRecord


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did.

    Attributes:
        page: The issue's page on disk.
        url: Where it will be on the web.
        overridden: The errors in spite of which it was published.
    """

    issue: str
    number: int
    title: str
    page: Path
    url: str
    built: Built
    overridden: tuple[str, ...] = ()

    def summary(self) -> str:
        """Three lines for a person."""
        return f"published {self.title}\n{self.page}\n{self.built.summary()}"


def publish(project: Project, ref: str | None = None, *, force: bool = False) -> Publication:
    """Publish the issue's draft as it stands; nothing is refreshed.

    Publishing again what is published already, word for word, only builds the site.

    Raises:
        NotFound: there is no such issue.
        Refused: it has no draft, or was skipped.
        DraftError: the draft is damaged.
        NeedsPerson: `check` has errors and `force` is not given; nothing was changed.
    """
    record = named_issue(project, ref)
    path = draft_path(project, record)
    if record.status == "skipped":
        raise Refused(f"issue {record.id} was skipped", where=str(path))
    draft = load_draft(project, record)
    checked = Checked(record.id, path, tuple(problems_of(project, draft)))
    if checked.errors and not force:
        raise NeedsPerson(
            f"{len(checked.errors)} errors stand in the way of {record.id}, the first of them: "
            f"{checked.errors[0].message}",
            where=f"{path}:{checked.errors[0].line}",
            cure="`digest check` lists them all; --force publishes in spite of them.",
        )
    issue = _snapshot(project, record, draft)
    text = with_status(draft.text, "published")
    with project.store.transaction():
        project.store.issues.save(replace(record, title=issue.title))
        project.store.issues.publish(issue, text, project.now)
    if text != draft.text:
        replace_file(path, text, expected=draft.text)
    built = build(project)
    return Publication(
        issue=issue.id,
        number=issue.number,
        title=issue.title,
        page=project.config.site / "issues" / issue.id / "index.html",
        url=f"{project.config.newsletter.url.rstrip('/')}/issues/{issue.id}/",
        built=built,
        overridden=tuple(checked.line(problem) for problem in checked.errors),
    )


def skip_issue(project: Project, ref: str | None = None) -> IssueRecord:
    """Let an issue go unpublished: the next one takes its number, and what it would have held.

    Raises:
        NotFound: there is no such issue.
        Refused: it is out already.
    """
    record = named_issue(project, ref)
    if record.status == "published":
        raise Refused(f"issue {record.id} is published; it can no longer be skipped")
    skipped = replace(record, status="skipped")
    project.store.issues.save(skipped)
    return skipped


def _snapshot(project: Project, record: IssueRecord, draft: Draft) -> Issue:
    """The issue as it goes out, each quotation with the place that it was found at."""
    issue = draft.issue
    stories = project.store.stories.many(entry.key for entry in issue.entries)
    entries = tuple(
        replace(
            entry, quotes=_placed(entry, list(texts_of(project, entry, stories.get(entry.key))))
        )
        for entry in issue.entries
    )
    window = issue.window or record.window
    return replace(issue, status="published", entries=entries, window=window, front={})


def _placed(entry: Entry, texts: list[SourceText]) -> tuple[Quote, ...]:
    from digest.language.quotations import locate

    found = []
    words = [text.text for text in texts]
    for quote in entry.quotes:
        place = locate(quote.text, words)
        if place is None:
            found.append(quote)
            continue
        source = texts[place.index]
        span = place.span if source.version else None
        found.append(Quote(quote.text, source.item_id, source.version, span))
    return tuple(found)

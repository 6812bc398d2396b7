"""`digest publish`, `unpublish` and `skip-issue`: from drafts to the site."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from digest.draft.read import Draft
from digest.draft.status import with_status
from digest.errors import DraftError, NeedsPerson, Refused, UsageError, at
from digest.model import Status
from digest.pipeline.build import Built, build
from digest.pipeline.check import Checked, load_draft, problems_of
from digest.pipeline.due import Released, release, set_status
from digest.pipeline.opening import draft_path, named_issue
from digest.pipeline.project import Project
from digest.pipeline.snapshot import snapshot_of
from digest.pipeline.trackers import file_rows
from digest.publish import paths
from digest.store.records import IssueRecord


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did.

    Attributes:
        status: `published`, `scheduled`, or `draft` where the issue was taken back.
        at: When it went out, or will.
        page: Its page on disk, which is not there before its time.
        url: Where it is, or will be, on the web.
        correction: What readers are told was corrected.
        overridden: The errors in spite of which it was published.
        released: Scheduled issues that were due and went out with it.
        needs: What a person should see to.
        same: Whether it was out already, word for word.
    """

    issue: str
    number: int
    title: str
    status: Status
    at: datetime | None
    page: Path
    url: str
    built: Built
    correction: str = ""
    overridden: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    same: bool = False

    def summary(self) -> str:
        """A few lines for a person."""
        if self.status == "scheduled" and self.at:
            head = [f"scheduled {self.title} for {self.at:%Y-%m-%d %H:%MZ}"]
        elif self.status == "draft":
            head = [f"{self.title} is a draft again"]
        else:
            word = "corrected" if self.correction else "published"
            word = "already published, word for word:" if self.same else word
            head = [f"{word} {self.title}", str(self.page)]
        also = [f"went out as scheduled: {one}" for one in self.released if one != self.issue]
        return "\n".join([*head, *also, self.built.summary()])


@dataclass(frozen=True, slots=True)
class _Order:
    """How an issue is to be published: at once or when it is `due`, as new or corrected."""

    due: datetime | None = None
    correction: str | None = None
    force: bool = False


def publish(
    project: Project,
    ref: str | None = None,
    *,
    due: datetime | None = None,
    correct: str | None = None,
    force: bool = False,
) -> Publication:
    """Publish the issue's draft as it stands, or put it down for later; nothing is refreshed.

    What was scheduled and is due goes out as well; where no issue is named, that is all that does.
    Publishing again what is published already, word for word, only builds the site.

    Args:
        project: The project.
        ref: The issue, by id, number or draft; the open one without it.
        due: When it is to go out; a time without a zone is in the newsletter's.
        correct: What readers are told was corrected in an issue that is out.
        force: Publish in spite of what `check` finds.

    Raises:
        NotFound: there is no such issue.
        Refused: it has no draft, was skipped, or is in another state than what is asked needs.
        UsageError: the time has passed, or nothing is said of the correction.
        DraftError: the draft is damaged.
        NeedsPerson: `check` has errors and `force` is not given; nothing was changed.
    """
    order = _Order(_moment(project, due), correct, force)
    if ref is None and not (due or correct is not None) and project.store.issues.due(project.now):
        return _only_what_is_due(project)
    record = named_issue(project, ref)
    _refuse_state(project, record, order)
    draft = load_draft(project, record)
    _refuse_other_id(project, record, draft)
    stored = len(project.store.issues.snapshots(record.id))
    overridden = _store(project, record, draft, order)
    same = len(project.store.issues.snapshots(record.id)) == stored
    done = _publication(
        project, record.id, release(project), overridden=overridden, correction=correct or ""
    )
    return replace(done, same=same)


def unpublish(project: Project, ref: str) -> Publication:
    """Take an issue off the site, or out of the schedule: it is a draft again.

    What was published of it stays stored. If it goes out again, it stands where it stood.

    Raises:
        NotFound: there is no such issue.
        Refused: it is neither published nor scheduled.
    """
    record = named_issue(project, ref)
    if record.status not in ("published", "scheduled"):
        raise Refused(f"issue {record.id} is neither published nor scheduled")
    with project.store.transaction():
        project.store.issues.unpublish(record.id)
        project.store.trackers.file(record.id, (), project.now)
    set_status(project, record, "draft")
    return _publication(project, record.id, Released())


def skip_issue(project: Project, ref: str | None = None) -> IssueRecord:
    """Let an issue go unpublished: the next one may hold what it would have held.

    Raises:
        NotFound: there is no such issue.
        Refused: it is out already, or on its way.
    """
    record = named_issue(project, ref)
    if record.status in ("published", "scheduled"):
        raise Refused(
            f"issue {record.id} is {record.status}; it cannot be skipped",
            cure=f"`digest unpublish {record.id}` makes it a draft again.",
        )
    skipped = replace(record, status="skipped")
    project.store.issues.save(skipped)
    return skipped


# --------------------------------------------------------------------------------- what is refused


def _moment(project: Project, due: datetime | None) -> datetime | None:
    """The time an issue is to go out, in UTC."""
    if due is None:
        return None
    zone = project.config.newsletter.zone
    moment = (due if due.tzinfo else due.replace(tzinfo=zone)).astimezone(UTC)
    if moment <= project.now:
        raise UsageError(
            f"{moment:%Y-%m-%d %H:%MZ} has passed",
            cure="Give a later time; without --at the issue goes out now.",
        )
    return moment


def _refuse_state(project: Project, record: IssueRecord, order: _Order) -> None:
    path = str(draft_path(project, record))
    out = record.status == "published"
    if record.status == "skipped":
        raise Refused(f"issue {record.id} was skipped", where=path)
    if record.theme:
        raise Refused(
            f"{record.id} is a digest of one theme; the site shows issues alone",
            where=path,
            cure="`digest check` verifies it; send its Markdown to whom it is for.",
        )
    if order.correction is not None and not order.correction.strip():
        raise UsageError("a correction says what changed", cure='Write --correct "what changed".')
    if order.correction is not None and not out:
        raise Refused(
            f"issue {record.id} is not out; there is nothing to correct",
            where=path,
            cure="Edit the draft, and publish it without --correct.",
        )
    if order.due and out:
        raise Refused(
            f"issue {record.id} is out since {record.published_at:%Y-%m-%d}",
            where=path,
            cure='Correct it with --correct "what changed", or take it back with unpublish.',
        )
    if not record.path:
        raise Refused(
            f"issue {record.id} has no draft: it was published elsewhere",
            where=record.imported_from,
        )


def _refuse_other_id(project: Project, record: IssueRecord, draft: Draft) -> None:
    """An issue's id is its address: a slip in the front matter must not make it another's."""
    if draft.issue.id != record.id:
        raise DraftError(
            f"the draft says that it is issue {draft.issue.id}, but it is that of {record.id}",
            where=at(draft_path(project, record), 1),
            cure=f"write it as issue: {record.id}; the number and the title are free",
        )


def _refuse_silent_change(record: IssueRecord, draft: Draft, order: _Order, same: bool) -> None:
    if not same and order.correction is None:
        raise Refused(
            f"issue {record.id} is out, and its draft has changed since",
            where=draft.path,
            cure=f'`digest publish {record.id} --correct "what changed"` tells readers what did.',
        )
    if same and order.correction is not None:
        raise Refused(
            f"the draft of issue {record.id} is what readers see; there is nothing to correct",
            where=draft.path,
            cure="Put it right in the draft first.",
        )


# ------------------------------------------------------------------------------------ what is done


def _store(project: Project, record: IssueRecord, draft: Draft, order: _Order) -> tuple[str, ...]:
    """Keep the snapshot and set the states; the errors that were overridden."""
    issues = project.store.issues
    text = with_status(draft.text, "published")
    before = next(reversed(issues.snapshots(record.id)), None)
    if record.status == "published" and before:
        same = before.markdown == text
        if same and before.correction == (order.correction or before.correction):
            set_status(project, record, "published")
            return ()
        _refuse_silent_change(record, draft, order, same)
    overridden = _refuse_errors(project, record, draft, order)
    issue = snapshot_of(project, record, draft, before)
    with project.store.transaction():
        issues.save(replace(record, title=issue.title, publish_at=None))
        if order.due:
            issues.schedule(issue, text, project.now, due=order.due)
        else:
            issues.publish(issue, text, project.now, correction=order.correction or "")
        file_rows(project, issue)
    set_status(project, record, "scheduled" if order.due else "published")
    return overridden


def _refuse_errors(
    project: Project, record: IssueRecord, draft: Draft, order: _Order
) -> tuple[str, ...]:
    path = draft_path(project, record)
    checked = Checked(record.id, path, tuple(problems_of(project, draft)))
    if checked.errors and not order.force:
        count = len(checked.errors)
        raise NeedsPerson(
            f"{count} {'errors stand' if count > 1 else 'error stands'} in the way of {record.id}: "
            f"{checked.errors[0].message}",
            where=f"{path}:{checked.errors[0].line}",
            cure="`digest check` lists them all; --force publishes in spite of them.",
        )
    return tuple(checked.line(problem) for problem in checked.errors)


def _only_what_is_due(project: Project) -> Publication:
    done = release(project)
    if not done.issues:
        raise NeedsPerson("\n".join(done.needs))
    return _publication(project, done.issues[-1], done)


def _publication(
    project: Project,
    issue_id: str,
    done: Released,
    *,
    correction: str = "",
    overridden: tuple[str, ...] = (),
) -> Publication:
    """Build the site, and tell what became of the issue."""
    built = build(project)
    record = project.store.issues.get(issue_id)
    page = paths.issue(issue_id)
    return Publication(
        issue=record.id,
        number=record.number,
        title=record.title,
        status=record.status,
        at=record.published_at or record.publish_at,
        page=project.config.site / page,
        url=paths.address(project.config.newsletter.url, page),
        built=built,
        correction=correction,
        overridden=overridden,
        released=done.issues,
        needs=done.needs,
    )

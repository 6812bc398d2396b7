"""`digest run`: the hourly round.

Most hours of most days bring nothing. What only works on what is new, and what that needs, is
imported where there is something new.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from digest.config.load import remember
from digest.draft.style import style_named
from digest.errors import ConfigError, DigestError, DraftError, MachineError, Refused
from digest.pipeline.board import put_up
from digest.pipeline.build import Built, build
from digest.pipeline.drafted import Drafted, remember_draft, standing_draft
from digest.pipeline.due import release
from digest.pipeline.fetch import Fetched, Report, fetch
from digest.pipeline.opening import draft_path, open_issue
from digest.pipeline.project import Project
from digest.pipeline.status import needs
from digest.pipeline.telling import untold
from digest.pipeline.unchanged import Sorted, nothing_to_sort
from digest.store import upkeep

if TYPE_CHECKING:
    from digest.store.health import Health
    from digest.store.records import IssueRecord

BEGIN_BEFORE = timedelta(days=4)
"""How long before publication a round begins a draft; `digest draft` does so at any time."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one round did.

    Attributes:
        needs: What a person should see to, one line each.
        published: Scheduled issues that went out.
        standing: What of that was there before, too, and was said then.
        health: How the sources do after it.
    """

    fetched: Fetched
    sorted: Sorted
    drafted: Drafted | None
    built: Built
    needs: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    standing: tuple[str, ...] = ()
    health: tuple[Health, ...] = ()

    @property
    def needs_person(self) -> bool:
        """Whether the round ends with exit code 3."""
        return bool(self.needs)

    def to_json(self) -> dict[str, Any]:
        """The whole report."""
        return {
            "fetch": self.fetched.to_json(),
            "sort": self.sorted,
            "draft": self.drafted,
            "published": self.published,
            "build": self.built,
            "needs": self.needs,
            "standing": self.standing,
        }

    def summary(self) -> str:
        """A few lines for a person."""
        failed = [f"  {one.source_id}: {one.error}" for one in self.fetched.failed]
        warned = [f"  {one.source_id}: {w}" for one in self.fetched.outcomes for w in one.warnings]
        drafted = self.drafted.summary() if self.drafted else "no draft was written"
        lines = [self.fetched.summary(), *failed, *warned, self.sorted.summary(), drafted]
        lines += [f"went out as scheduled: {issue}" for issue in self.published]
        return "\n".join([*lines, self.built.summary()])


def run(
    project: Project,
    *,
    report: Report = lambda _progress: None,
    stage: Callable[[str], None] = lambda _name: None,
) -> Run:
    """Fetch, sort, refresh the open draft, publish what is due, build the site.

    A draft that cannot be refreshed (no draft any more, or being saved at this moment) and entries
    whose markers are damaged are left as they are and told of; everything else goes on.

    Args:
        project: The project.
        report: Told how far fetching is.
        stage: Told the name of each part as it begins.
    """
    store = project.store
    number = store.runs.start("run", project.now)
    try:
        done = _round(project, report, stage)
    except BaseException as problem:
        said = str(problem) or "interrupted"
        store.runs.finish(number, project.now, _code(problem), {"error": said})
        raise
    store.runs.finish(number, project.now, 3 if done.needs_person else 0, _brief(done))
    _tidy(project)
    try:
        put_up(project, (*done.needs, *done.standing), done.health)
    except (ConfigError, MachineError) as problem:
        done = replace(done, needs=(*done.needs, str(problem)))
        store.runs.finish(number, project.now, 3, _brief(done))
    return done


def _tidy(project: Project) -> None:
    """Forget old runs, and give back what is empty in the database once that is much."""
    store, days = project.store, project.config.operate.keep_runs_days
    store.runs.forget(project.now - timedelta(days=days))
    with suppress(ConfigError):  # it is being edited: whoever reads it next says so
        remember(project.config.folder)
    if upkeep.worth_vacuuming(store):
        # without the room for it, or while another program reads, there is always the next hour
        with suppress(MachineError):
            upkeep.vacuum(store)


def _round(project: Project, report: Report, stage: Callable[[str], None]) -> Run:
    store = project.store
    # a style that there is none of is a mistake in sources.yaml: found before anything is fetched
    style_named(project.config.issue.style, [project.config.templates])
    stage("fetch")
    fetched = fetch(project, report=report)
    stage("sort")
    sorted_ = nothing_to_sort(project) or _sort(project)
    stage("draft")
    record = open_issue(project)
    drafted, trouble = _attempt(project, record) if _is_time(project, record) else (None, [])
    trouble += _refresh_digests(project)
    stage("publish")
    released = release(project)
    stage("build")
    built = build(project)
    health = tuple(store.sources.health(project.now))
    person = [*untold(project, health), *trouble, *released.needs]
    if fetched.failed and not any(one.first_success for one in store.sources.states().values()):
        person += ["nothing could be fetched yet; is there a network? The first failure:"]
        person += [f"{fetched.failed[0].source_id}: {fetched.failed[0].error}"]
    standing = tuple(one for one in needs(health) if one not in person)
    gone = released.issues
    return Run(fetched, sorted_, drafted, built, tuple(person), gone, standing, health)


def _code(problem: BaseException) -> int:
    if isinstance(problem, DigestError):
        return problem.exit_code
    return 130 if isinstance(problem, KeyboardInterrupt) else 1


def _sort(project: Project) -> Sorted:
    from digest.pipeline.sort import sort

    return sort(project)


def _is_time(project: Project, record: IssueRecord) -> bool:
    """Whether the open issue's draft exists, or should be begun.

    A draft begins with what is best on that day, and from then on only follows: so a round begins
    it when the window is nearly full, except in a new project, where there is everything to see.
    """
    if record.date is None or draft_path(project, record).exists():
        return True
    today = project.now.astimezone(project.config.newsletter.zone).date()
    is_new = all(one.status == "draft" for one in project.store.issues.all())
    return is_new or record.date - today <= BEGIN_BEFORE


def _refresh_digests(project: Project) -> list[str]:
    """Refresh the digests of one theme that were begun beside the open issue."""
    trouble = []
    for record in project.store.issues.beside(open_issue(project).id):
        if record.status == "draft" and draft_path(project, record).exists():
            trouble += _attempt(project, record)[1]
    return trouble


def _attempt(project: Project, record: IssueRecord) -> tuple[Drafted | None, list[str]]:
    try:
        done = standing_draft(project, record) or _draft(project, record)
    except (DraftError, Refused) as problem:
        return None, [str(problem)]
    return done, list(done.warnings)


def _draft(project: Project, record: IssueRecord) -> Drafted:
    from digest.pipeline.draft import refreshed

    done = refreshed(project, record)
    remember_draft(project, record, done)
    return done


def _brief(done: Run) -> dict[str, Any]:
    """What the table of runs keeps: numbers and the names of what failed."""
    return {
        "fetched": len(done.fetched.outcomes),
        "new": done.fetched.new,
        "edited": done.fetched.edited,
        "failed": [one.source_id for one in done.fetched.failed],
        "sorted": done.sorted.placed,
        "published": list(done.published),
        "needs": list(done.needs),
    }

"""`digest run`: the hourly round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from digest.errors import DigestError, DraftError, Refused
from digest.pipeline.build import Built, build
from digest.pipeline.draft import Drafted, draft
from digest.pipeline.fetch import Fetched, Report, fetch
from digest.pipeline.project import Project
from digest.pipeline.sort import Sorted, sort
from digest.pipeline.status import needs


@dataclass(frozen=True, slots=True)
class Run:
    """What one round did.

    Attributes:
        needs: What a person should see to, one line each.
    """

    fetched: Fetched
    sorted: Sorted
    drafted: Drafted | None
    built: Built
    needs: tuple[str, ...] = ()

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
            "build": self.built,
            "needs": self.needs,
        }

    def summary(self) -> str:
        """A few lines for a person."""
        failed = [f"  {one.source_id}: {one.error}" for one in self.fetched.failed]
        warned = [f"  {one.source_id}: {w}" for one in self.fetched.outcomes for w in one.warnings]
        drafted = self.drafted.summary() if self.drafted else "the draft was left alone"
        lines = [self.fetched.summary(), *failed, *warned, self.sorted.summary(), drafted]
        return "\n".join([*lines, self.built.summary()])


def run(project: Project, *, report: Report = lambda _progress: None) -> Run:
    """Fetch, sort, refresh the open draft, build the site.

    A draft that cannot be refreshed (damaged, or being saved at this moment) is left as it is and
    told of; everything else goes on.
    """
    store = project.store
    number = store.runs.start("run", project.now)
    try:
        done = _round(project, report)
    except Exception as problem:
        code = problem.exit_code if isinstance(problem, DigestError) else 1
        store.runs.finish(number, project.now, code, {"error": str(problem)})
        raise
    store.runs.finish(number, project.now, 3 if done.needs_person else 0, _brief(done))
    return done


def _round(project: Project, report: Report) -> Run:
    fetched = fetch(project, report=report)
    sorted_ = sort(project)
    drafted, trouble = _attempt(lambda: draft(project))
    built = build(project)
    person = [*needs(tuple(project.store.sources.health(project.now))), *trouble]
    return Run(fetched, sorted_, drafted, built, tuple(person))


def _attempt(write: Callable[[], Drafted]) -> tuple[Drafted | None, list[str]]:
    try:
        done = write()
    except (DraftError, Refused) as problem:
        return None, [str(problem)]
    return done, list(done.warnings)


def _brief(done: Run) -> dict[str, Any]:
    """What the table of runs keeps: numbers and the names of what failed."""
    return {
        "fetched": len(done.fetched.outcomes),
        "new": done.fetched.new,
        "edited": done.fetched.edited,
        "failed": [one.source_id for one in done.fetched.failed],
        "sorted": done.sorted.placed,
        "needs": list(done.needs),
    }

"""The status page on disk: beside the database, or on the site, as sources.yaml says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import MachineError
from digest.pipeline.files import replace_file
from digest.pipeline.project import Project
from digest.pipeline.sizes import said
from digest.pipeline.status import Report, status
from digest.publish.board import NAME, Board, RunLine, SourceLine, State, board_page
from digest.publish.templates import Templates

if TYPE_CHECKING:
    from digest.store.health import Health
    from digest.store.runs import Run

RUNS = 24
COUNTED = ("items", "stories")

_ENDED = {
    0: "well",
    1: "with a defect",
    2: "refused",
    3: "well; a person was needed",
    4: "stopped by the machine",
    130: "interrupted",
}


def put_up(project: Project, needs: tuple[str, ...], health: tuple[Health, ...]) -> Path | None:
    """Write the status page where sources.yaml wants it, and take it away where it does not.

    Args:
        project: The project.
        needs: What a person should see to; None of it is shown in public but how much there is.
        health: How the sources do.

    Returns:
        Where it stands; None where it is switched off.

    Raises:
        ConfigError: a template of the project's own is at fault.
        MachineError: it cannot be written.
    """
    config, wanted = project.config, project.config.operate.status
    places = {"private": config.data / NAME, "public": config.site / NAME}
    for kind, place in places.items():
        if kind != wanted:
            _take_away(place)
    if wanted == "off":
        return None
    report = status(project, runs=RUNS, tables=COUNTED, health=health)
    board = board_of(report, needs, public=wanted == "public")
    text = board_page(config, Templates(config.templates), board)
    place = places[wanted]
    if (before := _read(place)) != text:
        replace_file(place, text, expected=before)
    return place


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        _take_away(path)
        return None
    except OSError as problem:
        raise MachineError(
            f"the status page cannot be read: {problem.strerror}",
            where=str(path),
            cure="Move away what stands in its place, or check its permissions.",
        ) from problem


def _take_away(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as problem:
        raise MachineError(
            f"the status page cannot be taken away: {problem.strerror}",
            where=str(path),
            cure="Check the permissions of that folder.",
        ) from problem


def board_of(report: Report, needs: tuple[str, ...], *, public: bool) -> Board:
    """What the page shows of a report. In public neither errors nor what a person should do."""
    if public and needs:
        needs = (f"{len(needs)} thing{'s' if len(needs) > 1 else ''}, told to the editor.",)
    return Board(
        at=report.now,
        needs=needs,
        issue=_issue(report),
        queue=_queue(report),
        sources=[_source(one, public=public) for one in report.sources],
        runs=[_run(one) for one in report.runs],
        sizes=_sizes(report),
    )


def _issue(report: Report) -> list[tuple[str, str]]:
    issue = report.issue
    lines = [
        ("Open issue", f"{issue.id}, number {issue.number}"),
        ("Publication day", f"{issue.date}" if issue.date else "not set"),
        ("Its window", issue.window),
        ("Its draft", "begun" if issue.drafted else "not begun"),
    ]
    for one in report.scheduled:
        when = f"{one.at:%Y-%m-%d %H:%M}" if one.at else "no time set"
        lines.append(("Scheduled", f"{one.id}, number {one.number}: {when}"))
    return [*lines, ("Published", f"{len(report.published)} issues")]


def _queue(report: Report) -> list[tuple[str, str]]:
    queue = report.queue
    return [
        ("Stories to decide on", f"{queue.waiting}"),
        ("Kept, not published yet", f"{queue.kept}"),
        ("Sources due now", f"{queue.due}"),
    ]


def _source(one: Health, *, public: bool) -> SourceLine:
    state: State = "well"
    says = ""
    if one.retired:
        state, says = "gone", "the server says that it will not come back"
    elif one.failures:
        since = f"since {one.failing_since:%Y-%m-%d}" if one.failing_since else ""
        state, says = "failing", since if public else f"{since}: {one.error}".removeprefix(": ")
    elif one.last_success is None:
        state = "new"
    elif one.silent_for:
        state, says = "silent", f"for {one.silent_for.days} days"
    return SourceLine(one.name, state, one.last_success, one.items_a_week, says)


def _run(one: Run) -> RunLine:
    if one.finished is None:
        return RunLine(one.started, one.verb, "never: it was killed", well=False)
    code = one.exit_code or 0
    new = one.report.get("new")
    return RunLine(
        one.started,
        one.verb,
        _ENDED.get(code, f"with {code}"),
        well=code in (0, 3),
        new=new if isinstance(new, int) else None,
    )


def _sizes(report: Report) -> list[tuple[str, str]]:
    counts, sizes = report.counts, report.sizes
    return [
        ("Items", f"{counts['items']:,}"),
        ("Stories", f"{counts['stories']:,}"),
        ("Database", said(sizes.database)),
        ("Backups", said(sizes.backups)),
        ("Site", said(sizes.site)),
        ("Logs", said(sizes.logs)),
        ("Free on that disk", said(sizes.free)),
    ]

"""`digest publish`, `digest unpublish`, `digest skip-issue` and `digest build`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from digest.cli.output import say, show
from digest.cli.settings import Settings, common


class LocalMoment(click.ParamType[datetime]):
    """A date or a time in ISO 8601; without an offset it stays without a zone."""

    name = "TIME"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the text, or fail with an example of what is meant."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time such as 2026-06-29T09:00.", param, ctx)


@click.command(epilog="Example: digest publish 2026-w27 --at 2026-06-29T09:00")
@click.argument("issue", metavar="[ISSUE]", required=False)
@click.option("--force", is_flag=True, help="Publish although `check` has errors; says which.")
@click.option(
    "--at",
    "due",
    metavar="TIME",
    type=LocalMoment(),
    help="Not now but then, in the newsletter's time zone: by the first run after it.",
)
@click.option(
    "--correct",
    metavar="TEXT",
    help="Put an issue right that is out; TEXT tells readers what changed.",
)
@common
@click.pass_obj
def publish(
    settings: Settings, issue: str | None, force: bool, due: datetime | None, correct: str | None
) -> int:
    """Publish an issue and build the site.

    What is published is the draft as it stands, kept as a snapshot; nothing is refreshed. Refused
    while `digest check` has errors. What was scheduled and is due goes out too; without ISSUE that
    is all that does.
    """
    from digest.pipeline.publish import publish as run

    with settings.project() as project:
        done = run(project, issue, due=due, correct=correct, force=force)
        for problem in done.overridden:
            say(f"published in spite of: {problem}")
        for need in done.needs:
            say(need)
        show(settings, done, done.summary)
        return 3 if done.needs else 0


@click.command(epilog="Example: digest unpublish 2026-w27")
@click.argument("issue", metavar="ISSUE")
@common
@click.pass_obj
def unpublish(settings: Settings, issue: str) -> None:
    """Take an issue off the site, or out of schedule.

    It is a draft again, and what was published of it stays stored. If it goes out again, it has the
    address that it had.
    """
    from digest.pipeline.publish import unpublish as run

    with settings.project() as project:
        done = run(project, issue)
        show(settings, done, done.summary)


@click.command("skip-issue", epilog="Example: digest skip-issue 2026-w27")
@click.argument("issue", metavar="[ISSUE]", required=False)
@common
@click.pass_obj
def skip_issue(settings: Settings, issue: str | None) -> None:
    """Let the open issue go unpublished.

    Its draft stays on disk; what it would have held is open to the next issue.
    """
    from digest.pipeline.publish import skip_issue as run

    with settings.project() as project:
        done = run(project, issue)
        show(settings, done, lambda: f"skipped {done.id}")


@click.command(epilog="Example: digest build")
@common
@click.pass_obj
def build(settings: Settings) -> None:
    """Build the site from what was published.

    Changes no state: the same issues give the same bytes.
    """
    from digest.pipeline.build import build as run

    with settings.project(create=False) as project:
        done = run(project)
        show(settings, done, done.summary)

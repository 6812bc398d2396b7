"""`digest publish`, `digest skip-issue` and `digest build`."""

from __future__ import annotations

import click

from digest.cli.output import say, show
from digest.cli.settings import Settings, common


@click.command(epilog="Example: digest publish 2026-w27")
@click.argument("issue", metavar="[ISSUE]", required=False)
@click.option("--force", is_flag=True, help="Publish although `check` has errors; says which.")
@common
@click.pass_obj
def publish(settings: Settings, issue: str | None, force: bool) -> None:
    """Publish an issue and build the site.

    What is published is the draft as it stands, kept as a snapshot; nothing is refreshed. Refused
    while `digest check` has errors.
    """
    from digest.pipeline.publish import publish as run

    with settings.project() as project:
        done = run(project, issue, force=force)
        for problem in done.overridden:
            say(f"published in spite of: {problem}")
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

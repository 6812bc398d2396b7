"""`digest draft` and `digest check`."""

from __future__ import annotations

import click

from digest.cli.output import say, show
from digest.cli.settings import Settings, common


@click.command(epilog="Example: digest draft, then edit the file it names")
@click.argument("issue", metavar="[ISSUE]", required=False)
@common
@click.pass_obj
def draft(settings: Settings, issue: str | None) -> None:
    """Write the open issue's draft, or refresh it.

    Entries that you touched are yours and stay as they are; the others follow their sources. A file
    saved in the last half hour is left alone.
    """
    from digest.pipeline.draft import draft as write

    with settings.project() as project:
        done = write(project, issue)
        for warning in done.warnings:
            say(warning)
        show(settings, done, done.summary)


@click.command(epilog="Example: digest check 2026-w27")
@click.argument("issue", metavar="[ISSUE]", required=False)
@common
@click.pass_obj
def check(settings: Settings, issue: str | None) -> int:
    """Say what stands between a draft and publication.

    One line for each thing, as FILE:LINE:COLUMN: message, so that an editor can jump there. Ends
    with 3 while there are errors; warnings alone end with 0.
    """
    from digest.pipeline.check import check as run

    with settings.project() as project:
        done = run(project, issue)
        show(settings, done, done.text)
        return 3 if done.errors else 0

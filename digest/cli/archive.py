"""`digest import`."""

from __future__ import annotations

from datetime import datetime

import click

from digest.cli.output import say, show
from digest.cli.settings import Settings, common


@click.command("import", epilog="Example: digest import old/*.html export.zip --dry-run")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option(
    "--date",
    "day",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of publication, for what bears none.",
)
@click.option("--dry-run", is_flag=True, help="Only say what was found.")
@common
@click.pass_obj
def import_(settings: Settings, files: tuple[str, ...], day: datetime | None, dry_run: bool) -> int:
    """Read earlier issues back, as published.

    FILE is Markdown, text, a saved page or mail (.html, .eml), a newsletter service's export
    (.zip), a draft, an issue as JSON, or a folder of these. Importing twice adds nothing. What is
    no issue is told of, the rest goes on, and the command ends with 3.
    """
    from digest.pipeline.archive import import_issues

    with settings.project() as project:
        done = import_issues(project, files, day=day.date() if day else None, dry_run=dry_run)
        for one in done.left:
            say(one.line())
        show(settings, done, done.summary)
        return 3 if done.left else 0

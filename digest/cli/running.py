"""`digest run` and `digest status`."""

from __future__ import annotations

import click

from digest.cli.output import say, show
from digest.cli.settings import Settings, common


@click.command(epilog="Example, in a crontab: 7 * * * * digest -C /home/me/news run")
@common
@click.pass_obj
def run(settings: Settings) -> int:
    """Fetch, sort, refresh the draft, publish, build: for cron.

    Published is what was scheduled with `digest publish --at` and is due. Prints nothing when all
    is well, unless asked with -v. Ends with 3 when something needs a person.
    """
    from digest.cli.progress import fetching
    from digest.operate import log
    from digest.operate.lock import held
    from digest.pipeline.run import run as whole

    with settings.project() as project, held(project.config.data / "run.lock") as free:
        if not free:
            show(settings, {"locked": True}, lambda: "")
            say("another run is under way; nothing to do")
            return 0
        with log.recorded(project.config.logs, "run", project.now) as entry:
            with fetching(settings) as report:
                done = whole(project, report=report, stage=lambda name: entry("stage", name=name))
            log.report(entry, done)
        if entry.trouble:
            say(entry.trouble)
        for line in done.needs:
            say(line)
        show(settings, done.to_json(), lambda: done.summary() if settings.loudness > 0 else "")
        return 3 if done.needs_person else 0


@click.command(epilog="Example: digest status --json")
@common
@click.pass_obj
def status(settings: Settings) -> None:
    """Show sources, runs, counts and the open issue."""
    from digest.cli.tables import status_text
    from digest.pipeline.status import status as read

    with settings.project(create=False) as project:
        found = read(project)
        show(settings, found, lambda: status_text(found))

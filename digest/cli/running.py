"""`digest run` and `digest status`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest import __version__
from digest.cli.output import say, screenful, show
from digest.cli.settings import Settings, common
from digest.errors import DigestError

if TYPE_CHECKING:
    from digest.config.schema import Config
    from digest.operate.tell import Teller
    from digest.pipeline.project import Project
    from digest.pipeline.run import Run


@click.command(epilog="Example, in a crontab: 7 * * * * digest -C /home/me/news run")
@common
@click.pass_obj
def run(settings: Settings) -> int:
    """Fetch, sort, refresh the draft, publish, build: for cron.

    Published is what was scheduled with `digest publish --at` and is due. Prints nothing when all
    is well, unless asked with -v. Ends with 3 when something needs a person, who is also told by
    DIGEST_WEBHOOK or DIGEST_MAIL where the environment names one; DIGEST_PING is asked after each
    run that did all it could.
    """
    from digest.operate.lock import held

    try:
        with settings.project() as project, held(project.config.data / "run.lock") as free:
            if not free:
                show(settings, {"locked": True}, lambda: "")
                say("another run is under way; nothing to do")
                return 0
            done = _round(settings, project)
            _tell(settings, (*done.needs, *done.standing), project.config)
    except DigestError as problem:
        _tell(settings, [str(problem)])
        raise
    except Exception as problem:
        _tell(settings, [f"a defect: {type(problem).__name__}: {problem}"])
        raise
    return 3 if done.needs_person else 0


def _round(settings: Settings, project: Project) -> Run:
    """One round, told in the log and to whoever reads stderr."""
    from digest.cli.progress import fetching
    from digest.operate import log
    from digest.pipeline.run import run as whole

    with log.recorded(project.config.logs, "run", project.now) as entry:
        with fetching(settings) as report:
            done = whole(project, report=report, stage=lambda name: entry("stage", name=name))
        log.report(entry, done)
    for line in screenful([*([entry.trouble] if entry.trouble else []), *done.needs]):
        say(line)
    show(settings, done.to_json(), lambda: done.summary() if settings.loudness > 0 else "")
    return done


def _tell(
    settings: Settings, needs: tuple[str, ...] | list[str], done: Config | None = None
) -> None:
    """Tell whoever the environment names; `done` is the project of a run that went through."""
    if not any(os.environ.get(f"DIGEST_{name}") for name in ("PING", "WEBHOOK", "MAIL")):
        return
    teller = _teller(settings, done)
    for trouble in teller.tell(needs):
        say(trouble)
    # who waits for the ping notices when none comes: no need to say it every hour
    missed = teller.ping() if done else []
    if settings.loudness > 0:
        for trouble in missed:
            say(trouble)


def _teller(settings: Settings, config: Config | None) -> Teller:
    """What telling needs to know, as far as sources.yaml can be read."""
    from digest.config.load import load
    from digest.config.schema import Fetching
    from digest.operate.tell import Teller, Ways
    from digest.pipeline.project import user_agent

    ways, now = Ways.read(os.environ), settings.now()
    try:
        config = config or load(settings.sources_yaml())
    except DigestError:
        folder = (settings.folder or Path.cwd()).absolute()
        return Teller(ways, folder.name, folder, Fetching(), f"digest/{__version__}", now)
    return Teller(
        ways, config.newsletter.title, config.folder, config.fetch, user_agent(config), now
    )


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

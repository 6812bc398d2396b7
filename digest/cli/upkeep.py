"""`digest stats`, `doctor`, `backup`, `schedule`, `dump` and `load`: running it for years."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.output import show
from digest.cli.settings import Settings, common
from digest.errors import MachineError

if TYPE_CHECKING:
    from digest.operate.findings import Finding
    from digest.pipeline.stats import Stats


@click.command(epilog="Example, in a crontab: 36 4 * * * digest -C /home/me/news backup -q")
@common
@click.pass_obj
def backup(settings: Settings) -> None:
    """Copy the database while it is in use.

    The copy stands in data/backups/, whole and checked; the newest `operate.keep_backups` of them
    are kept. Nothing needs to be stopped for it.
    """
    from digest.operate.lock import held
    from digest.pipeline.backup import backup as make

    with (
        settings.project(create=False) as project,
        held(project.config.data / "backup.lock") as free,
    ):
        if not free:
            raise MachineError(
                "another backup is under way",
                where=str(project.config.backups),
                cure="Wait until it is done.",
            )
        done = make(project)
        show(settings, done, lambda: done.summary() if settings.loudness >= 0 else "")


@click.command(epilog="Example: digest dump ../news-as-text")
@click.argument("where", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@common
@click.pass_obj
def dump(settings: Settings, where: Path) -> None:
    """Write everything as plain text that git can hold.

    DIR gets a file of JSON lines for each table, in an order that makes a week's work a small
    difference. Drafts are files already: copy data/drafts/ along.
    """
    from digest.pipeline.moving import dump as write

    with settings.project(create=False) as project:
        done = write(project, where)
        show(settings, done, done.summary)


@click.command(epilog="Example: digest -C new-machine/news load news-as-text")
@click.argument("where", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@common
@click.pass_obj
def load(settings: Settings, where: Path) -> None:
    """Make the database from what dump wrote.

    Refused where there is a database already. A dump of an earlier version is brought up to date.
    """
    from digest.pipeline.moving import load as read

    done = read(settings.sources_yaml(), where)
    show(settings, done, done.summary)


@click.command(epilog="Example: digest stats, or digest stats themes --weeks 26")
@click.argument(
    "what", metavar="[themes]", default="tables", type=click.Choice(["tables", "themes"])
)
@click.option("--weeks", metavar="N", type=click.IntRange(1, 520), default=26, show_default=True)
@common
@click.pass_obj
def stats(settings: Settings, what: str, weeks: int) -> None:
    """Show rows and bytes by table, or themes over time.

    `themes` draws how many items of each week are in each theme.
    """
    from digest.cli.tables import themes_text
    from digest.pipeline.stats import stats as count
    from digest.pipeline.stats import themes

    with settings.project(create=False) as project:
        if what == "themes":
            drawn = themes(project, weeks=weeks)
            show(settings, drawn, lambda: themes_text(drawn))
        else:
            found = count(project)
            show(settings, found, lambda: _stats_text(found))


def _stats_text(found: Stats) -> str:
    from digest.pipeline.sizes import said

    width = max(len(one.table) for one in found.tables)
    lines = [f"{found.database}  {said(found.size)}", ""]
    lines.append(f"{'table':<{width}}  {'rows':>11}  {'size':>9}")
    lines += [f"{one.table:<{width}}  {one.rows:>11,}  {said(one.size):>9}" for one in found.tables]
    if found.worth_vacuuming:
        lines += ["", "Much of the file is empty: `digest doctor --mend` gives it back."]
    return "\n".join(lines)


@click.command(epilog="Example: digest doctor --mend")
@click.option("--mend", is_flag=True, help="Mend what can be mended without losing anything.")
@common
@click.pass_obj
def doctor(settings: Settings, mend: bool) -> int:
    """Say what is wrong here, and what cures it.

    Looks at versions, the model, templates, clock, permissions, disk, every page of the database,
    backups. With --mend it makes indexes and the search index anew, computes tags again, gives back
    empty space, and puts the newest sound backup in the place of a database that cannot be read
    (which is kept beside it). Ends with 3 when something is wrong.
    """
    from digest.operate.doctor import visit

    place, findings = visit(settings.sources_yaml(), settings.now())
    if mend:
        from digest.operate.lock import held
        from digest.operate.mend import mend as repair

        with held(place.data / "run.lock") as free:
            if not free:
                raise MachineError(
                    "a run is under way; nothing was mended",
                    where=str(place.data / "run.lock"),
                    cure="Wait until it is done.",
                )
            findings = repair(place, findings)
    show(settings, findings, lambda: "\n".join(_finding_text(one) for one in findings))
    return 3 if any(one.state == "wrong" for one in findings) else 0


MARKS = {
    "ok": ("✓", "green"),
    "note": ("·", "yellow"),
    "wrong": ("✗", "red"),
    "mended": ("✓", "cyan"),
}


def _finding_text(one: Finding) -> str:
    mark, colour = MARKS[one.state]
    cure = f"\n{'':15}{one.cure}" if one.cure else ""
    return f"{click.style(mark, fg=colour)} {one.check:<12} {one.message}{cure}"


@click.command(epilog="Example: digest schedule systemd")
@click.argument(
    "kind",
    metavar="[cron|systemd|github-actions]",
    default="cron",
    type=click.Choice(["cron", "systemd", "github-actions"]),
)
@common
@click.pass_obj
def schedule(settings: Settings, kind: str) -> None:
    """Print what makes a machine call run every hour.

    A crontab line, a hardened systemd timer, or a workflow that builds and deploys to GitHub Pages,
    with this project's own paths in it: copy it where its first lines say. Nothing is installed.
    """
    from digest.operate.schedule import KINDS, Installed
    from digest.operate.schedule import schedule as text_for

    what = Installed(settings.sources_yaml().resolve().parent, _program(), getpass.getuser())
    chosen = next(one for one in KINDS if one == kind)
    text = text_for(chosen, what)
    show(settings, {"kind": kind, "text": text}, lambda: text.rstrip("\n"))


def _program() -> tuple[str, ...]:
    """How this installation is started: by its script, or by its Python."""
    script = Path(sys.executable).with_name("digest")
    return (str(script),) if script.exists() else (sys.executable, "-m", "digest")

"""`digest draft` and `digest check`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from digest.cli.output import say, show
from digest.cli.settings import Settings, common
from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.pipeline.drafted import Drafted
    from digest.pipeline.project import Project
    from digest.pipeline.redraft import Kept, Proposal
    from digest.store.records import IssueRecord


@click.command(
    epilog="Examples: digest draft, then edit the file it names; digest draft --theme policy "
    "--style bulletin; digest draft --update 4f21; digest draft --texts, then --restore 3"
)
@click.argument("issue", metavar="[ISSUE]", required=False)
@click.option("--theme", metavar="T", help="A digest of one theme, beside the issue's draft.")
@click.option("--style", metavar="S", help="Begin it in this style: import-ai, brief, bulletin, …")
@click.option("--add", "added", metavar="STORY", multiple=True, help="Put a story's entry in.")
@click.option("--drop", "dropped", metavar="KEY", multiple=True, help="Take an entry out.")
@click.option("--diff", "compared", metavar="KEY", multiple=True, help="What is new for an entry.")
@click.option(
    "--update", "updated", metavar="KEY", multiple=True, help="Merge what is new into your entry."
)
@click.option("--texts", is_flag=True, help="List the texts that the draft had.")
@click.option("--restore", metavar="N", type=click.IntRange(1), help="Go back to text N.")
@click.option("--yes", is_flag=True, help="Write what --update or --restore shows, unasked.")
@common
@click.pass_obj
def draft(
    settings: Settings,
    issue: str | None,
    theme: str | None,
    style: str | None,
    *,
    added: tuple[str, ...],
    dropped: tuple[str, ...],
    compared: tuple[str, ...],
    updated: tuple[str, ...],
    texts: bool,
    restore: int | None,
    yes: bool,
) -> int:
    """Write the open issue's draft, or refresh it.

    Entries that you touched are yours and stay as they are; the others follow their sources. A file
    saved in the last half hour is left alone. An entry whose marker is damaged counts as yours; you
    are told of it, and the command ends with 3.

    With --add, --drop, --update and --restore you ask for one change, and get it at once: have your
    editor read the file again. --update and --restore show the change first, and ask. A text that
    the draft once had is never lost: --texts lists them all.
    """
    from digest.pipeline import redraft
    from digest.pipeline.draft import refreshed
    from digest.pipeline.due import catch_up
    from digest.pipeline.opening import in_style, named_issue, theme_digest

    asked = [bool(one) for one in (added, dropped, compared, updated, texts, restore)]
    if sum(asked) > 1:
        raise UsageError("one thing at a time", cure="Give one of --add, --drop, --diff, …")
    with settings.project() as project:
        catch_up(project)
        if theme:
            record = theme_digest(project, issue, theme, style)
        else:
            record = in_style(project, named_issue(project, issue), style)
        if compared:
            changes = redraft.diff(project, record, compared)
            news = changes or "Nothing is new for it."
            show(settings, {"issue": record.id, "diff": changes}, lambda: news)
            return 0
        if texts:
            kept = redraft.texts(project, record)
            show(settings, kept, lambda: _texts_table(kept))
            return 0
        if updated or restore:
            if updated:
                proposal = redraft.update(project, record, updated)
            else:
                proposal = redraft.restore(project, record, restore or 0)
            return _propose(settings, project, proposal, sure=yes)
        return _tell(
            settings, _change(project, record, added, dropped) or refreshed(project, record)
        )


def _change(
    project: Project, record: IssueRecord, added: tuple[str, ...], dropped: tuple[str, ...]
) -> Drafted | None:
    from digest.pipeline import redraft

    if added:
        return redraft.add(project, record, added)
    return redraft.drop(project, record, dropped) if dropped else None


def _tell(settings: Settings, done: Drafted) -> int:
    for warning in done.warnings:
        say(warning)
    show(settings, done, done.summary)
    return 3 if done.warnings else 0


def _propose(settings: Settings, project: Project, proposal: Proposal, *, sure: bool) -> int:
    """Show what would change, and write it once the editor says so."""
    from digest.pipeline import redraft

    report = {
        "issue": proposal.record.id,
        "path": proposal.path,
        "changes": proposal.changes,
        "conflicts": proposal.conflicts,
        "written": False,
    }
    if not proposal.changes:
        show(settings, report, lambda: "Nothing would change.")
        return 0
    if not settings.json:
        click.echo(proposal.changes)
    may_ask = sys.stdin.isatty() and not settings.json
    if sure or (may_ask and click.confirm(f"Write this to {proposal.path}?", err=True)):
        redraft.accept(project, proposal)
        report["written"] = True
    elif not may_ask:
        say("nothing was written: say --yes to write it")
    if proposal.conflicts and report["written"]:
        places = "place" if proposal.conflicts == 1 else "places"
        say(
            f"{proposal.path}: in {proposal.conflicts} {places} you and the sources changed the "
            "same words.\n  Yours stand; what the sources say is in [[update: …]] behind them, and "
            "`check` asks for a decision."
        )
    show(settings, report, lambda: str(proposal.path) if report["written"] else "")
    undecided = bool(proposal.conflicts) or not (report["written"] or may_ask)
    return 3 if undecided else 0


def _texts_table(kept: list[Kept]) -> str:
    """A line for each text: its number, when, its words, and lines added and removed."""
    if not kept:
        return "The draft has no earlier texts."
    return "\n".join(
        f"{one.number:4}  {one.at:%Y-%m-%d %H:%MZ}  {one.words:6} words  "
        f"+{one.added} -{one.removed} lines{'  (the file as it is)' if one.current else ''}"
        for one in kept
    )


@click.command(epilog="Example: digest check 2026-w27 --online")
@click.argument("issue", metavar="[ISSUE]", required=False)
@click.option("--online", is_flag=True, help="Also try every link, politely.")
@common
@click.pass_obj
def check(settings: Settings, issue: str | None, online: bool) -> int:
    """Say what stands between a draft and publication.

    One line for each thing, as FILE:LINE:COLUMN: message, so that an editor can jump there. Ends
    with 3 while there are errors; warnings alone end with 0.
    """
    from digest.pipeline.check import check as run

    with settings.project() as project:
        done = run(project, issue, online=online)
        show(settings, done, done.text)
        return 3 if done.errors else 0

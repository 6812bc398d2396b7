"""`digest inbox`, and the editor's decisions."""

from __future__ import annotations

import click

from digest.cli.output import show
from digest.cli.settings import Settings, common
from digest.errors import UsageError
from digest.model import Verb


@click.command(epilog="Example: digest inbox --theme policy --limit 10")
@click.option("--theme", metavar="T", help="Only stories of this theme.")
@click.option("--limit", metavar="N", type=click.IntRange(1), default=20, show_default=True)
@click.option("--why", metavar="STORY", help="All evidence for one story, instead of the table.")
@common
@click.pass_obj
def inbox(settings: Settings, theme: str | None, limit: int, why: str | None) -> None:
    """Show the best stories, and why they are here.

    A story is named by the first letters of its key, as in `digest keep 4f2`.
    """
    from digest.cli.tables import evidence_text, inbox_text, notes_beside
    from digest.pipeline import triage
    from digest.pipeline.notes import notes

    with settings.project() as project:
        if why:
            found = triage.evidence(project, why)
            show(settings, found, lambda: evidence_text(found))
        else:
            best = triage.inbox(project, theme=theme, limit=limit)
            jotted = notes(project, theme)
            show(
                settings,
                best.rows,
                lambda: "\n".join(
                    filter(None, [inbox_text(best.rows, best.waiting), notes_beside(jotted)])
                ),
            )


def _decide(settings: Settings, stories: tuple[str, ...], verb: Verb, value: str = "") -> None:
    from digest.pipeline import triage

    with settings.project() as project:
        done = triage.decide(project, stories, verb, value)
        show(
            settings,
            done,
            lambda: "\n".join(f"{d.verb} {d.story_id}  {d.title}" for d in done),
        )


@click.command(epilog="Example: digest keep 4f21 a03c")
@click.argument("stories", metavar="STORY…", nargs=-1, required=True)
@common
@click.pass_obj
def keep(settings: Settings, stories: tuple[str, ...]) -> None:
    """Keep a story for the open issue."""
    _decide(settings, stories, "keep")


@click.command(epilog="Example: digest skip 77b0")
@click.argument("stories", metavar="STORY…", nargs=-1, required=True)
@common
@click.pass_obj
def skip(settings: Settings, stories: tuple[str, ...]) -> None:
    """Leave a story out."""
    _decide(settings, stories, "skip")


@click.command(
    epilog='Examples: digest note 4f21 "compare with last year\'s audit"; '
    'digest note --theme policy "ask the registry: https://registry.example/"'
)
@click.argument("words", metavar="[STORY] [TEXT]", nargs=-1)
@click.option("--theme", metavar="T", help="A line for a theme's notes; without TEXT, show them.")
@common
@click.pass_obj
def note(settings: Settings, words: tuple[str, ...], theme: str | None) -> None:
    """Write a note on a story.

    With --theme, add a line to data/notes/THEME.md: a scratchpad for links and thoughts that belong
    to no story yet. It is yours to write in; `digest inbox` shows what it holds.
    """
    if theme is None:
        if len(words) != 2:
            raise UsageError(
                "a note is a story and a text",
                cure='Write digest note 4f21 "…", or digest note --theme policy "…".',
            )
        _decide(settings, (words[0],), "note", words[1])
        return
    from digest.cli.tables import notes_text
    from digest.pipeline.notes import add_note, notes

    if len(words) > 1:
        raise UsageError("a theme's note is one text", cure='Put it in quotation marks: "…".')
    with settings.project() as project:
        found = [add_note(project, theme, words[0])] if words else notes(project, theme)
        show(settings, found, lambda: notes_text(found))


@click.command(epilog="Example: digest retheme 4f21 policy simulation")
@click.argument("story", metavar="STORY")
@click.argument("themes", metavar="[THEME…]", nargs=-1)
@common
@click.pass_obj
def retheme(settings: Settings, story: str, themes: tuple[str, ...]) -> None:
    """Give a story the themes that you say.

    Without THEME it has none. Your word outweighs what tagging finds, and tagging learns from it.
    An entry of an imported issue is named as ISSUE/ENTRY, the entry by its place or its key, as in
    n437/2; without THEME it is shown again under those that tagging finds.
    """
    if "/" in story:
        from digest.pipeline.themed import retheme_entry

        with settings.project() as project:
            done = retheme_entry(project, story, themes)
            show(settings, done, done.line)
        return
    _decide(settings, (story,), "retheme", " ".join(themes))


@click.command(epilog='Example: digest rename 4f21 "Robots learn to fold laundry by watching"')
@click.argument("story", metavar="STORY")
@click.argument("title", metavar="TITLE")
@common
@click.pass_obj
def rename(settings: Settings, story: str, title: str) -> None:
    """Give a story a title of your own.

    The inbox shows it, and a draft proposes it as the headline while that entry is untouched.
    `digest undo STORY` takes it back.
    """
    _decide(settings, (story,), "rename", title)


@click.command(epilog="Example: digest merge 4f21 a03c")
@click.argument("stories", metavar="STORY STORY…", nargs=-1, required=True)
@common
@click.pass_obj
def merge(settings: Settings, stories: tuple[str, ...]) -> None:
    """Make one story of several.

    The oldest keeps its key; the other keys lead to it from now on.
    """
    from digest.cli.tables import inbox_text
    from digest.pipeline import triage

    with settings.project() as project:
        row = triage.merge(project, stories)
        show(settings, row, lambda: inbox_text([row]))


@click.command(epilog="Example: digest split 4f21 ledger/27395b9a2b")
@click.argument("story", metavar="STORY")
@click.argument("items", metavar="ITEM…", nargs=-1, required=True)
@common
@click.pass_obj
def split(settings: Settings, story: str, items: tuple[str, ...]) -> None:
    """Take items out of a story, into one of their own.

    `digest inbox --why STORY` lists its items.
    """
    from digest.cli.tables import inbox_text
    from digest.pipeline import triage

    with settings.project() as project:
        row = triage.split(project, story, items)
        show(settings, row, lambda: inbox_text([row]))


@click.command(epilog="Example: digest undo, or digest undo 4f21")
@click.argument("story", metavar="[STORY]", required=False)
@common
@click.pass_obj
def undo(settings: Settings, story: str | None) -> None:
    """Take back the last decision on a story.

    Without STORY, the last decision of all. Nothing is erased: the undoing is itself a decision.
    """
    from digest.pipeline import triage

    with settings.project() as project:
        done = triage.undo(project, story)
        show(settings, done, lambda: f"undone: {done.undone} {done.story_id}  {done.title}")

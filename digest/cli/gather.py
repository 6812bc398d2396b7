"""`digest fetch`, `digest add` and `digest sort`."""

from __future__ import annotations

from datetime import datetime

import click

from digest.cli.output import say, show
from digest.cli.settings import Moment, Settings, common


@click.command(epilog="Example: digest fetch import-ai lesswrong --force")
@click.argument("sources", metavar="[SOURCE…]", nargs=-1)
@click.option("--force", is_flag=True, help="Also sources that are not due, or were retired.")
@click.option("--since", metavar="DATE", type=Moment(), help="Also the past from there on.")
@common
@click.pass_obj
def fetch(settings: Settings, sources: tuple[str, ...], force: bool, since: datetime | None) -> int:
    """Fetch the sources that are due, or those named.

    With --since a long past as well: what the arXiv sources would have brought since that day,
    from arXiv's archive page by page, and what forums and mailboxes hold since then. Feeds and
    pages are read in full. Interrupted, the same command goes on where it stopped; ends with 3 if
    the archive could not be read to its end.
    """
    from digest.cli.progress import fetching
    from digest.pipeline.fetch import fetch as run

    with settings.project() as project:
        with fetching(settings) as report:
            done = run(project, sources, force=force, since=since, report=report)
        for outcome in done.outcomes:
            if outcome.error:
                cure = f"\n  {outcome.cure}" if outcome.cure else ""
                say(f"{outcome.source_id}: {outcome.error}{cure}")
            for warning in outcome.warnings:
                say(f"{outcome.source_id}: {warning}")
        show(settings, done.to_json(), done.summary)
    return 3 if done.archive and done.archive.error else 0


@click.command(epilog='Example: digest add https://arxiv.org/abs/2606.01234 --note "the sequel"')
@click.argument("urls", metavar="URL…", nargs=-1, required=True)
@click.option("--note", metavar="TEXT", default="", help="A note on what was added.")
@click.option("--theme", metavar="T", help="The theme it belongs to, in your judgement.")
@common
@click.pass_obj
def add(settings: Settings, urls: tuple[str, ...], note: str, theme: str | None) -> None:
    """Put one page, paper or PDF straight into the inbox, kept."""
    from digest.pipeline.add import add as put

    with settings.project() as project:
        added = put(project, urls, note=note, theme=theme)
        show(
            settings,
            added,
            lambda: "\n".join(f"kept {a.story_id}  {a.title}  <{a.url}>" for a in added),
        )


@click.command(epilog="Example: digest sort")
@common
@click.pass_obj
def sort(settings: Settings) -> None:
    """Tag, group and rank what is new.

    What a changed theme in sources.yaml touches is computed again; the rest is left alone.
    """
    from digest.pipeline.sort import sort as run

    with settings.project() as project:
        done = run(project)
        show(settings, done, done.summary)

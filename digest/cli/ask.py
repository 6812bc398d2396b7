"""`digest search`."""

from __future__ import annotations

import click

from digest.cli.output import show
from digest.cli.settings import Settings, common


@click.command(epilog='Example: digest search "export control" chips')
@click.argument("words", metavar="WORDS…", nargs=-1, required=True)
@click.option("--limit", metavar="N", type=click.IntRange(1), default=20, show_default=True)
@common
@click.pass_obj
def search(settings: Settings, words: tuple[str, ...], limit: int) -> None:
    """Find words in everything stored.

    All words must occur; an argument of several words is a phrase.
    """
    from digest.cli.tables import search_text
    from digest.pipeline.search import search as find

    with settings.project(create=False) as project:
        hits = find(project, words, limit=limit)
        show(settings, hits, lambda: search_text(hits))

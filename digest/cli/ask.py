"""`digest search` and `digest similar`."""

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

    All words must occur; an argument of several words is a phrase, `simul*` a beginning. What means
    most nearly the same comes first. Where no item holds all of the words, the nearest in meaning
    are shown.
    """
    from digest.cli.tables import search_text
    from digest.pipeline.search import search as find

    with settings.project(create=False) as project:
        found = find(project, words, limit=limit)
        show(settings, found.hits, lambda: search_text(found))


@click.command(epilog="Example: digest similar arxiv:2606.01234")
@click.argument("item", metavar="ITEM")
@click.option("--limit", metavar="N", type=click.IntRange(1), default=10, show_default=True)
@common
@click.pass_obj
def similar(settings: Settings, item: str, limit: int) -> None:
    """Show what is most like an item.

    ITEM is an item's id, its address, or the key of a story. Everything stored is compared, by
    meaning and by words.
    """
    from digest.cli.tables import similar_text
    from digest.pipeline.search import similar as find

    with settings.project(create=False) as project:
        found = find(project, item, limit=limit)
        show(settings, found, lambda: similar_text(found))

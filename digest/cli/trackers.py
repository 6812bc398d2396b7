"""`digest tracker list/add/import/remove`: running lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.output import show
from digest.cli.settings import Settings, common

if TYPE_CHECKING:
    from digest.pipeline.trackers import Listed


@click.group(epilog="Example: digest tracker list rsi-examples")
@common
def tracker() -> None:
    """See and fill the running lists.

    They are named in sources.yaml under trackers:, each with its columns. An entry of a draft files
    a row when its issue goes out, with a line of its own under the entry:

    + tracker rsi-examples: 2026 | A model tunes its own training run | https://example.org/

    Rows by hand and rows of issues stand in one list; every tracker has a page on the site.
    """


@tracker.command("list", epilog="Example: digest tracker list rsi-examples --json")
@click.argument("name", metavar="[TRACKER]", required=False)
@common
@click.pass_obj
def list_rows(settings: Settings, name: str | None) -> None:
    """Show the rows of one list or of all."""
    from digest.pipeline.trackers import trackers

    with settings.project() as project:
        found = trackers(project, name)
        show(settings, found, lambda: _text(found))


@tracker.command(
    epilog='Example: digest tracker add rsi-examples --story 4f21 "Kettles that design kettles"'
)
@click.argument("name", metavar="TRACKER")
@click.argument("cells", metavar="[TEXT…]", nargs=-1)
@click.option("--story", metavar="STORY", help="Take year, link, title and the like from it.")
@common
@click.pass_obj
def add(settings: Settings, name: str, cells: tuple[str, ...], story: str | None) -> None:
    """File a row by hand.

    A TEXT for each column, in their order. With --story, columns called year, date, link, authors,
    source, theme or title are filled from it, and a TEXT is given for each of the others; if one
    alone is left, its title does for that.
    """
    from digest.pipeline.trackers import add as file

    with settings.project() as project:
        found = file(project, name, cells, story)
        show(settings, found, lambda: _text(found))


@tracker.command("import", epilog="Example: digest tracker import rsi-examples examples.csv")
@click.argument("name", metavar="TRACKER")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@common
@click.pass_obj
def import_rows(settings: Settings, name: str, file: Path) -> None:
    """File the rows of a CSV file.

    Its first line names the columns, in any order. Rows that are there already are not filed again,
    so that a file that grew can be imported once more.
    """
    from digest.pipeline.trackers import import_csv

    with settings.project() as project:
        done = import_csv(project, name, file)
        show(settings, done, lambda: f"{name}: {len(done.added)} added, {done.known} there already")


@tracker.command(epilog="Example: digest tracker remove 12")
@click.argument("number", metavar="N", type=int)
@common
@click.pass_obj
def remove(settings: Settings, number: int) -> None:
    """Take away a row that was filed by hand.

    `digest tracker list` shows its number. A row of an issue goes when its line is taken out of the
    draft and the issue is published with --correct.
    """
    from digest.pipeline.trackers import remove as take_away

    with settings.project() as project:
        done = take_away(project, number)
        show(settings, done, lambda: f"removed {done.id}: {' | '.join(done.cells.values())}")


def _text(found: Sequence[Listed]) -> str:
    if not found:
        return "sources.yaml names no tracker."
    return "\n\n".join(_table(one) for one in found)


def _table(one: Listed) -> str:
    head = f"{click.style(one.id, bold=True)}  {one.title} ({' | '.join(one.columns)})"
    rows = [
        f"{row.id:5}  {' | '.join(row.cells.values())}"
        + (f"  [{row.issue}{'' if row.published else ', not out yet'}]" if row.issue else "")
        for row in one.rows
    ]
    return "\n".join([head, *(rows or ["       nothing yet"])])

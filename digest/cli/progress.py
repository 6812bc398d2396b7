"""A bar for sources and a line for what is slow, on a terminal; nothing under cron."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from digest.cli.output import is_terminal
from digest.cli.settings import Settings

if TYPE_CHECKING:
    from digest.fetch.run import Progress


@contextmanager
def fetching(settings: Settings) -> Iterator[Callable[[Progress], None]]:
    """What to call as sources are fetched; draws on stderr if a person watches."""
    if settings.loudness < 0 or not is_terminal():
        yield lambda _progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("fetching"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[slow]}"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("fetch", total=None, slow="")

        def report(progress: Progress) -> None:
            bar.update(
                task,
                total=progress.total,
                completed=progress.done,
                slow=f"waiting for {', '.join(progress.waiting[:3])}" if progress.waiting else "",
            )

        yield report

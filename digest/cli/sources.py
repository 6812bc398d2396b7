"""`digest sources`: what is followed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.output import say, show, write_to
from digest.cli.settings import Settings, common
from digest.errors import MachineError

if TYPE_CHECKING:
    from digest.config.schema import Config
    from digest.store.database import Store


@click.group("sources", epilog="Example: digest sources add https://lab.example/blog")
def sources() -> None:
    """See, try and change what is followed.

    `add`, `remove` and `import` change sources.yaml, and leave its comments, its order and every
    other byte as they are.
    """


def _config(settings: Settings) -> Config:
    from digest.config.load import load

    return load(settings.sources_yaml())


@contextmanager
def _store(config: Config) -> Iterator[Store | None]:
    """The database, if there is one: none is made to answer a question."""
    if not config.database.exists():
        yield None
        return
    from digest.store.database import Store

    store = Store.open(config.database)
    try:
        yield store
    finally:
        store.close()


@sources.command("list", epilog="Example: digest sources list --json")
@common
@click.pass_obj
def list_sources(settings: Settings) -> None:
    """Show all sources, and how each does."""
    from digest.cli.sourcetables import sources_table
    from digest.pipeline.sources import listing

    config = _config(settings)
    with _store(config) as store:
        rows = listing(config, store, settings.now())
    show(settings, rows, lambda: sources_table(rows))


@sources.command("show", epilog="Example: digest sources show import-ai")
@click.argument("source_id", metavar="ID")
@common
@click.pass_obj
def show_source(settings: Settings, source_id: str) -> None:
    """Show everything known about one source.

    Its settings, its state, and of its last failure the reason, the cure and the HTTP exchange.
    """
    from digest.cli.sourcetables import source_text
    from digest.pipeline.sources import show as read

    config = _config(settings)
    with _store(config) as store:
        found = read(config, store, source_id, settings.now())
    show(settings, found, lambda: source_text(found))


@sources.command(epilog="Example: digest sources add https://lab.example/blog --weight 1.5")
@click.argument("url", metavar="URL")
@click.option("--id", "source_id", metavar="ID", default="", help="Its id (default: of its name).")
@click.option("--name", metavar="N", default="", help="What to call it (default: as it does).")
@click.option(
    "--weight", metavar="W", type=click.FloatRange(0, 3), help="How much it counts, 0 to 3."
)
@click.option("--dry-run", is_flag=True, help="Show what would be added; change nothing.")
@common
@click.pass_obj
def add(
    settings: Settings, url: str, source_id: str, name: str, weight: float | None, dry_run: bool
) -> None:
    """Find the feed of a site and follow it.

    URL may be a feed, or any page of a site: then the feeds that it names and those at well-known
    addresses are tried. Where there is none, the page itself is followed, with guessed selectors.
    """
    from digest.cli.sourcetables import added_text
    from digest.pipeline.subscribe import add as follow

    added = follow(
        _config(settings),
        url,
        now=settings.now(),
        source_id=source_id,
        name=name,
        weight=weight,
        dry_run=dry_run,
    )
    show(settings, added, lambda: added_text(added))


@sources.command(epilog="Example: digest sources remove import-ai")
@click.argument("source_id", metavar="ID")
@common
@click.pass_obj
def remove(settings: Settings, source_id: str) -> None:
    """Stop following a source.

    Its items stay, with their tags, stories and decisions.
    """
    from digest.pipeline.subscribe import remove as leave

    config = _config(settings)
    with _store(config) as store:
        removed = leave(config, store, source_id, settings.now())
    kept = f"its {removed.items} items stay" if removed.items else "it had brought nothing yet"
    show(settings, removed, lambda: f"{removed.id} is no longer in sources.yaml; {kept}.")


@sources.command(epilog="Example: digest sources check import-ai lesswrong")
@click.argument("ids", metavar="[ID…]", nargs=-1)
@common
@click.pass_obj
def check(settings: Settings, ids: tuple[str, ...]) -> int:
    """Fetch sources now, store nothing, and say which work.

    All that are switched on, or those named; below each, how it did in earlier runs. Ends with 3 if
    one does not work.
    """
    from digest.cli.progress import fetching
    from digest.cli.sourcetables import checked_text
    from digest.pipeline.sources import check as fetch

    config = _config(settings)
    with _store(config) as store, fetching(settings) as report:
        checked = fetch(config, ids, settings.now(), report, os.environ, store)
    show(settings, checked, lambda: checked_text(checked))
    return 0 if all(one.works for one in checked) else 3


@sources.command("import", epilog="Example: digest sources import subscriptions.opml")
@click.argument(
    "file", metavar="FILE.opml", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path)
)
@common
@click.pass_obj
def import_feeds(settings: Settings, file: Path) -> int:
    """Follow the feeds of an OPML file.

    Those that are followed already are told; folders become headings, `# --- NAME ---`. Nothing is
    fetched. Ends with 3 if a line of the file makes no sense; the others are added.
    """
    from digest.cli.sourcetables import imported_text
    from digest.pipeline.exchange import import_opml

    imported = import_opml(_config(settings), _bytes(file), where=str(file))
    for line, sentence in imported.nonsense:
        say(f"{file}:{line}: {sentence}")
    show(settings, imported, lambda: imported_text(file, imported))
    return 3 if imported.nonsense else 0


@sources.command("export", epilog="Example: digest sources export --to feeds.opml")
@click.option(
    "--to",
    "target",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it (default: standard output).",
)
@common
@click.pass_obj
def export_feeds(settings: Settings, target: Path | None) -> None:
    """Write the feeds as OPML 2.0, with the headings of sources.yaml as folders.

    What is no feed (a query to arXiv, a forum, a page) or switched off is left out, and told.
    """
    from digest.pipeline.exchange import export_opml

    config = _config(settings)
    with _store(config) as store:
        exported = export_opml(config, store.sources.names() if store else {}, settings.now())
    for source_id, reason in exported.left_out if settings.loudness >= 0 else ():
        say(f"{source_id} is left out: {reason}")
    if target:
        write_to(target, exported.text)
    done = f"{exported.count} feeds written to {target}"
    show(settings, exported, lambda: done if target else exported.text.rstrip("\n"))


def _bytes(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as problem:
        raise MachineError(
            f"cannot be read: {problem.strerror}",
            where=str(file),
            cure="Check the name and its permissions.",
        ) from problem

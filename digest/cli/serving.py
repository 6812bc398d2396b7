"""`digest serve`."""

from __future__ import annotations

from dataclasses import replace

import click

from digest.cli.output import show
from digest.cli.settings import Settings, common

PORT = 8000


@click.command(epilog="Example: digest serve --port 8080")
@click.option(
    "--port",
    metavar="PORT",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Where to listen; 0 takes any port that is free.",
)
@common
@click.pass_obj
def serve(settings: Settings, port: int) -> None:
    """Show the site and the open draft as you write.

    On this machine alone. Pages load themselves again when the draft or a template is saved, and
    say where a mistake is. Nothing is published or written; Ctrl-C ends it.
    """
    from digest.operate.serve import serve as run
    from digest.operate.showing import DRAFT

    def started(address: str) -> None:
        draft = f"{address}{DRAFT}"
        text = f"the site   {address}\nthe draft  {draft}\nCtrl-C ends it."
        show(settings, {"site": address, "draft": draft}, lambda: text)

    # The clock goes on while pages are shown, unless the moment was named.
    run(lambda: replace(settings).project(create=False), port, started)

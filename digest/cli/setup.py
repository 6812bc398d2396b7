"""`digest init` and `digest demo`."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path

import click

from digest.cli.output import show
from digest.cli.settings import Settings, common


@click.command(epilog="Example: digest init news && digest -C news run")
@click.argument("where", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@common
@click.pass_obj
def init(settings: Settings, where: Path) -> None:
    """Make a new project that runs.

    DIR gets a sources.yaml with vouched sources to edit, a README and a .gitignore. A folder that
    already has a sources.yaml is left as it is.
    """
    from digest.pipeline.init import init as make

    made = make(where)
    show(
        settings,
        {"folder": where, "files": made},
        lambda: (
            f"A new project in {where}: {', '.join(made)}.\n"
            f"Edit {where / 'sources.yaml'} (title, address, editor), then: digest -C {where} run"
        ),
    )


def _call(argv: Sequence[str], *, capture: bool = False) -> tuple[int, str]:
    """Run a verb in this process, as a person would type it; with `capture`, keep its stdout."""
    from digest.cli.main import main

    if not capture:
        return main(argv), ""
    kept = io.StringIO()
    with contextlib.redirect_stdout(kept):
        code = main(argv)
    return code, kept.getvalue()


@click.command(epilog="Example: digest demo /tmp/demo")
@click.argument(
    "where",
    metavar="[DIR]",
    default="digest-demo",
    type=click.Path(file_okay=False, path_type=Path),
)
@common
def demo(where: Path) -> int:
    """Show a whole week on the bundled sample web.

    An invented web of labs, outlets, a forum and an archive of papers is served on loopback; then
    the public verbs alone fetch it, sort it, draft an issue, fill its slots, publish it. Everything
    is left in DIR to look at.
    """
    from digest.demo.week import run

    return run(where, _call, click.echo)

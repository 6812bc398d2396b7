"""`digest export`."""

from __future__ import annotations

from pathlib import Path

import click

from digest.cli.output import say, show, write_to
from digest.cli.settings import Settings, common

# As `digest.pipeline.export` has them; a test holds the two together.
FORMS = ("email", "markdown", "html", "substack", "buttondown", "ghost", "json")


@click.command(epilog="Example: digest export 2026-w27 --to buttondown -o 2026-w27.md")
@click.argument("issue", metavar="ISSUE")
@click.option(
    "--to",
    "form",
    metavar="FORMAT",
    type=click.Choice(FORMS),
    required=True,
    help=f"One of {', '.join(FORMS)}.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it (default: standard output).",
)
@common
@click.pass_obj
def export(settings: Settings, issue: str, form: str, output: Path | None) -> None:
    """Write an issue in a form that a service takes in.

    What was published, or is scheduled, as it was stored; else the draft as it stands, with a
    warning. `email` is a message for any program that sends mail; a `substack` page is opened,
    copied whole and pasted; `buttondown` is Markdown with its front matter, a draft there; `ghost`
    is for its importer.
    """
    from digest.pipeline.export import export as run

    with settings.project(create=False) as project:
        done = run(project, issue, form)
    for warning in done.warnings:
        say(warning)
    if output is None:
        show(settings, done, lambda: "")
        if not settings.json:
            click.echo(done.text, nl=False)
        return
    write_to(output, done.text)
    told = {"issue": done.issue, "format": form, "file": output, "warnings": done.warnings}
    show(settings, told, lambda: f"{output}: {done.title}, as {form}")

"""`digest try STAGE`: one stage on your own input, touching no database.

Every stage prints JSON lines, under `--json` one list of them. With several files each line also
has `file`; a file that cannot be read gives a line `{file, error}`, and the command ends with 3.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from digest.cli.output import to_json
from digest.cli.settings import Settings, common
from digest.errors import ConfigError, DigestError, UsageError, at

Row = dict[str, Any]

FILES = click.argument(
    "files",
    metavar="[FILE…]",
    nargs=-1,
    type=click.Path(allow_dash=True, path_type=Path),
)


@click.group("try", epilog="Example: digest try parse feed.xml | head -1")
@common
def attempt() -> None:
    """Run one stage on your own input.

    Reads files, or standard input where none is named, and prints JSON lines. No database is
    touched.
    """


class Printer:
    """Prints JSON lines as they come; under `--json` one list of them at the end.

    Remembers whether a file could not be read, which makes the exit code 3.
    """

    def __init__(self, settings: Settings) -> None:
        self._lines: list[Row] | None = [] if settings.json else None
        self._code = 0

    def line(self, row: Row) -> None:
        """One line of the result."""
        if self._lines is None:
            click.echo(to_json(row, indent=None))
        else:
            self._lines.append(row)

    def unread(self, file: Path, problem: DigestError | OSError) -> None:
        """A line for a file that could not be read."""
        if isinstance(problem, OSError):
            reason = problem.strerror or str(problem)
        else:
            reason = f"{problem.where}: {problem.message}" if problem.where else problem.message
        self.line({"file": str(file), "error": reason})
        self._code = 3

    def end(self) -> int:
        """The exit code, after everything is printed."""
        if self._lines is not None:
            click.echo(to_json(self._lines))
        return self._code


STDIN = Path("-")


def _bytes(file: Path) -> bytes:
    return sys.stdin.buffer.read() if file == STDIN else file.read_bytes()


def _each(
    settings: Settings, files: Sequence[Path], lines: Callable[[bytes], Iterable[Row]]
) -> int:
    """Print what `lines` makes of the bytes of each file; returns the exit code."""
    printer = Printer(settings)
    for file in files or (STDIN,):
        label = {"file": str(file)} if len(files) > 1 else {}
        try:
            for row in lines(_bytes(file)):
                printer.line(label | row)
        except (DigestError, OSError) as problem:
            printer.unread(file, problem)
    return printer.end()


def _all(
    settings: Settings, files: Sequence[Path], lines: Callable[[list[Row]], Iterable[Row]]
) -> int:
    """Print what `lines` makes of the rows of all files together; returns the exit code."""
    printer = Printer(settings)
    rows: list[Row] = []
    source: dict[Any, str] = {}
    for file in files or (STDIN,):
        try:
            found = _rows(file)
        except (UsageError, OSError) as problem:
            if not files:
                raise
            printer.unread(file, problem)
            continue
        rows += found
        source |= {row.get("id"): str(file) for row in found} if len(files) > 1 else {}
    for row in lines(rows):
        label = {"file": source[row["id"]]} if row.get("id") in source else {}
        printer.line(label | row)
    return printer.end()


def _rows(file: Path) -> list[Row]:
    """The JSON lines of a file.

    Raises:
        UsageError: a line is not a JSON object; names file and line.
    """
    rows = []
    for number, line in enumerate(_bytes(file).decode("utf-8", "replace").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as problem:
            raise UsageError(f"not JSON: {problem}", where=at(file, number)) from problem
        if not isinstance(row, dict):
            raise UsageError("not a JSON object", where=at(file, number))
        rows.append(row)
    return rows


def _past(file: Path | None) -> list[Row]:
    """The rows of a file that an option names.

    Raises:
        UsageError: it cannot be read; names file and line.
    """
    try:
        return _rows(file) if file else []
    except OSError as problem:
        raise UsageError(problem.strerror or str(problem), where=str(file)) from problem


@attempt.command(epilog="Example: curl -s https://lab.example/feed.xml | digest try parse")
@FILES
@click.option("--url", metavar="U", default="", help="Where it came from; relative links need it.")
@click.option("--media-type", metavar="T", default="", help="What the server called it.")
@common
@click.pass_obj
def parse(settings: Settings, files: tuple[Path, ...], url: str, media_type: str) -> int:
    """Read feeds, arXiv answers and listings.

    One line for each entry: {id, url, title, authors, published, updated, text, html, links,
    external_ids}; `html` is sanitised.
    """
    from digest.fetch.attempt import entry_lines

    return _each(settings, files, lambda body: entry_lines(body, url=url, media_type=media_type))


@attempt.command(epilog="Example: digest try extract page.html --url https://lab.example/post")
@FILES
@click.option("--url", metavar="U", default="", help="Where it came from; relative links need it.")
@common
@click.pass_obj
def extract(settings: Settings, files: tuple[Path, ...], url: str) -> int:
    """Take the article out of a page.

    One line for each file: {title, authors, published, text}.
    """
    from digest.fetch.attempt import article_line

    return _each(settings, files, lambda body: [article_line(body, url=url)])


@attempt.command(epilog="Example: digest try tag items.jsonl --themes sources.yaml")
@FILES
@click.option(
    "--themes",
    metavar="YAML",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A sources.yaml, or a list of themes (default: the labels', the project's, the bundled).",
)
@click.option(
    "--train",
    metavar="LABELLED.jsonl",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Items with their `themes`, to learn from.",
)
@common
@click.pass_obj
def tag(
    settings: Settings, files: tuple[Path, ...], themes: Path | None, train: Path | None
) -> int:
    """Tag items by theme.

    In: {id, title, text}. Out: {id, tags: [{theme, score, chosen, evidence}]}, every theme listed.
    """
    from digest.config.themes import named_themes, read_themes
    from digest.sort.attempt import tag_lines

    labelled = _past(train)
    if themes is None and labelled:
        known = named_themes(str(name) for row in labelled for name in row.get("themes") or ())
    else:
        known = read_themes(themes or _nearest_themes(settings))
    return _all(settings, files, lambda rows: tag_lines(rows, known, labelled))


def _nearest_themes(settings: Settings) -> Path:
    """The project's sources.yaml, where there is one; else the bundled one."""
    from digest.pipeline.init import bundled

    try:
        return settings.sources_yaml()
    except ConfigError:
        return bundled("sources.yaml")


@attempt.command(epilog="Example: digest try stories headlines.jsonl")
@FILES
@common
@click.pass_obj
def stories(settings: Settings, files: tuple[Path, ...]) -> int:
    """Group items into stories.

    In: {id, title, text, url?, published?, links?}. Out: {id, story}.
    """
    from digest.sort.attempt import story_lines

    return _all(settings, files, story_lines)


@attempt.command(epilog="Example: digest try rank candidates.jsonl --picked picked.jsonl")
@FILES
@click.option(
    "--picked",
    metavar="PICKED.jsonl",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What was chosen in the past.",
)
@click.option(
    "--passed",
    metavar="PASSED.jsonl",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What was passed over in the past.",
)
@common
@click.pass_obj
def rank(settings: Settings, files: tuple[Path, ...], picked: Path, passed: Path | None) -> int:
    """Rank candidates by what was picked before.

    In: {id, title, text, source?, published?, authors?, categories?, comment?}. Out: {id, score,
    why}, best first.
    """
    from digest.sort.attempt import rank_lines

    chosen, left = _past(picked), _past(passed)
    return _all(settings, files, lambda rows: rank_lines(rows, chosen, left))


@attempt.command(epilog="Example: digest try summarise abstracts.jsonl --sentences 1")
@FILES
@click.option("--sentences", metavar="N", type=click.IntRange(1), default=3, show_default=True)
@common
@click.pass_obj
def summarise(settings: Settings, files: tuple[Path, ...], sentences: int) -> int:
    """Choose the sentences that say most.

    In: {id, title, text} or {id, title, sentences}. Out: {id, summary, spans}, spans into the text.
    """
    from digest.draft.attempt import summary_lines

    return _all(settings, files, lambda rows: summary_lines(rows, sentences=sentences))


@attempt.command(epilog="Example: digest try issue import-ai-437.txt --as markdown")
@FILES
@click.option(
    "--as",
    "form",
    metavar="FORMAT",
    type=click.Choice(["json", "markdown"]),
    default="json",
    show_default=True,
    help="json, or markdown: as a draft.",
)
@common
@click.pass_obj
def issue(settings: Settings, files: tuple[Path, ...], form: str) -> int:
    """Read an issue from Markdown, HTML, text, a mail or an export.

    Out: the issue as JSON; as Markdown the draft itself, or {file, id, markdown} where there are
    several files.
    """
    from digest.draft.archive.attempt import issue_row, issues_in

    bare = form == "markdown" and len(files) < 2 and not settings.json
    printer = Printer(settings)
    for file in files or (STDIN,):
        label = {"file": str(file)} if len(files) > 1 else {}
        try:
            for found in issues_in("" if file == STDIN else file.name, _bytes(file)):
                if isinstance(found, DigestError):
                    printer.unread(file, found)
                elif bare:
                    click.echo(issue_row(found, form)["markdown"], nl=False)
                else:
                    printer.line(label | issue_row(found, form))
        except (DigestError, OSError) as problem:
            printer.unread(file, problem)
    return printer.end()

"""`digest try STAGE`: one stage on your own input, touching no database.

Every stage prints JSON lines. With several files each line also has `file`; a file that cannot be
read gives a line `{file, error}`, and the command ends with 3.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from digest.cli.output import to_json
from digest.cli.settings import common
from digest.errors import DigestError, UsageError, at

Row = dict[str, Any]

FILES = click.argument(
    "files",
    metavar="[FILE…]",
    nargs=-1,
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
)


@click.group("try", epilog="Example: digest try parse feed.xml | head -1")
def attempt() -> None:
    """Run one stage on your own input.

    Reads files, or standard input where none is named, and prints JSON lines. No database is
    touched.
    """


def _emit(row: Row) -> None:
    click.echo(to_json(row, indent=None))


def _bytes(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()


def _each(files: Sequence[Path], lines: Callable[[bytes], Iterable[Row]]) -> int:
    """Print what `lines` makes of each file; returns the exit code."""
    code = 0
    several = len(files) > 1
    for file in files or (Path("-"),):
        label = {"file": str(file)} if several else {}
        try:
            for row in lines(_bytes(file)):
                _emit(label | row)
        except (DigestError, OSError) as problem:
            _emit({"file": str(file), "error": _reason(problem)})
            code = 3
    return code


def _reason(problem: DigestError | OSError) -> str:
    if isinstance(problem, OSError):
        return problem.strerror or str(problem)
    return problem.message


def _rows(files: Sequence[Path]) -> Iterator[Row]:
    """JSON lines of the files, or of standard input.

    Raises:
        UsageError: a line is not a JSON object; names file and line.
    """
    for file in files or (Path("-"),):
        try:
            data = _bytes(file)
        except OSError as problem:
            raise UsageError(problem.strerror or str(problem), where=str(file)) from problem
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as problem:
                raise UsageError(f"not JSON: {problem}", where=at(file, number)) from problem
            if not isinstance(row, dict):
                raise UsageError("not a JSON object", where=at(file, number))
            yield row


@attempt.command(epilog="Example: curl -s https://lab.example/feed.xml | digest try parse")
@FILES
@click.option("--url", metavar="U", default="", help="Where it came from; relative links need it.")
@click.option("--media-type", metavar="T", default="", help="What the server called it.")
@common
def parse(files: tuple[Path, ...], url: str, media_type: str) -> int:
    """Read feeds, arXiv answers and listings.

    One line for each entry: {id, url, title, authors, published, updated, text, html, links,
    external_ids}; `html` is sanitised.
    """
    from digest.fetch.attempt import entry_lines

    return _each(files, lambda body: entry_lines(body, url=url, media_type=media_type))


@attempt.command(epilog="Example: digest try extract page.html --url https://lab.example/post")
@FILES
@click.option("--url", metavar="U", default="", help="Where it came from; relative links need it.")
@common
def extract(files: tuple[Path, ...], url: str) -> int:
    """Take the article out of a page.

    One line for each file: {title, authors, published, text}.
    """
    from digest.fetch.attempt import article_line

    return _each(files, lambda body: [article_line(body, url=url)])


@attempt.command(epilog="Example: digest try tag items.jsonl --themes sources.yaml")
@FILES
@click.option(
    "--themes",
    metavar="YAML",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A sources.yaml, or a list of themes (default: the labels', else the bundled ones).",
)
@click.option(
    "--train",
    metavar="LABELLED.jsonl",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Items with their `themes`, to learn from.",
)
@common
def tag(files: tuple[Path, ...], themes: Path | None, train: Path | None) -> None:
    """Tag items by theme.

    In: {id, title, text}. Out: {id, tags: [{theme, score, chosen, evidence}]}, every theme listed.
    """
    from digest.config.themes import named_themes, read_themes
    from digest.pipeline.init import bundled
    from digest.sort.attempt import tag_lines

    labelled = list(_rows([train])) if train else []
    if themes is None and labelled:
        known = named_themes(str(name) for row in labelled for name in row.get("themes") or ())
    else:
        known = read_themes(themes or bundled("sources.yaml"))
    for row in tag_lines(_rows(files), known, labelled):
        _emit(row)


@attempt.command(epilog="Example: digest try stories headlines.jsonl")
@FILES
@common
def stories(files: tuple[Path, ...]) -> None:
    """Group items into stories.

    In: {id, title, text, url?, published?, links?}. Out: {id, story}.
    """
    from digest.sort.attempt import story_lines

    for row in story_lines(_rows(files)):
        _emit(row)


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
def rank(files: tuple[Path, ...], picked: Path, passed: Path | None) -> None:
    """Rank candidates by what was picked before.

    In: {id, title, text, source?, published?, authors?, categories?, comment?}. Out: {id, score,
    why}, best first.
    """
    from digest.sort.attempt import rank_lines

    past = list(_rows([passed])) if passed else []
    for row in rank_lines(_rows(files), list(_rows([picked])), past):
        _emit(row)


@attempt.command(epilog="Example: digest try summarise abstracts.jsonl --sentences 1")
@FILES
@click.option("--sentences", metavar="N", type=click.IntRange(1), default=3, show_default=True)
@common
def summarise(files: tuple[Path, ...], sentences: int) -> None:
    """Choose the sentences that say most.

    In: {id, title, text} or {id, title, sentences}. Out: {id, summary, spans}, spans into the text.
    """
    from digest.draft.attempt import summary_lines

    for row in summary_lines(_rows(files), sentences=sentences):
        _emit(row)

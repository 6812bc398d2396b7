"""What a command prints: one JSON value or text on stdout, everything else on stderr."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from digest.cli.settings import Settings
from digest.errors import MachineError


def say(message: str) -> None:
    """One message to the person, on stderr."""
    click.echo(f"digest: {message}", err=True)


def screenful(messages: Sequence[str], lines: int = 20) -> list[str]:
    """Messages that fit on one screen, each once; the last one counts those that did not fit."""
    once = list(dict.fromkeys(messages))
    room = lines
    for number, message in enumerate(once):
        room -= 1 + message.count("\n")
        if room < 0 and number:
            left = len(once) - number
            return [*once[:number], f"and {left} more; `digest status` shows all"]
    return once


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def to_json(value: Any, *, indent: int | None = 2) -> str:
    """A value as JSON: dataclasses as objects, times in UTC, text as it is."""
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=indent)


def show(settings: Settings, value: Any, text: Callable[[], str]) -> None:
    """Print a result: as one JSON value under `--json`, else as the text made for people.

    Text goes through `click.echo`, which drops colour where stdout is no terminal.
    """
    out = to_json(value) if settings.json else text()
    if out:
        click.echo(out)


def is_terminal() -> bool:
    """Whether a person watches stderr."""
    return sys.stderr.isatty()


def write_to(target: Path, text: str) -> None:
    """Write a file that a person named, line ends as they are.

    Raises:
        MachineError: it cannot be written.
    """
    try:
        target.write_text(text, encoding="utf-8", newline="")
    except OSError as problem:
        raise MachineError(
            f"cannot be written: {problem.strerror}",
            where=str(target),
            cure="Check the folder, its permissions and the space on that disk.",
        ) from problem

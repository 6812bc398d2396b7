"""What every command takes, before or after the verb."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.pipeline.project import Project

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass
class Settings:
    """The common options as they were given; a later word overrides an earlier one."""

    folder: Path | None = None
    loudness: int = 0
    json: bool = False
    at: datetime | None = None

    def now(self) -> datetime:
        """The moment this command speaks of, to the second, in UTC.

        `--now` first, then SOURCE_DATE_EPOCH, then the clock; one command sees one moment.
        """
        if self.at is None:
            self.at = _epoch(os.environ.get("SOURCE_DATE_EPOCH")) or datetime.now(UTC)
        return self.at.replace(microsecond=0)

    def sources_yaml(self) -> Path:
        """The project's sources.yaml: in `-C DIR`, or in this folder or a parent of it."""
        from digest.config.load import find

        return find(self.folder or Path.cwd())

    def project(self, *, create: bool = True) -> Project:
        """The project, its configuration read and its database open; use it in a `with`."""
        from digest.pipeline.project import Project

        return Project.open(
            self.sources_yaml(), now=self.now(), create=create, environment=os.environ
        )


def _epoch(value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        return datetime.fromtimestamp(int(value), UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"SOURCE_DATE_EPOCH is {value!r}, which is no number of seconds",
            cure="Unset it, or set it to seconds since 1970-01-01.",
        ) from None


class Moment(click.ParamType[datetime]):
    """A date or a time in ISO 8601; without an offset it is UTC."""

    name = "ISO8601"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the text, or fail with an example of what is meant."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time such as 2026-06-29T12:00:00Z.", param, ctx)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def callback(ctx: click.Context, _param: click.Parameter, value: Any) -> Any:
        if value not in (None, False, 0):
            setattr(ctx.ensure_object(Settings), name, value)
        return value

    return callback


def _louder(step: int) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def callback(ctx: click.Context, _param: click.Parameter, value: int) -> int:
        ctx.ensure_object(Settings).loudness += step * value
        return value

    return callback


def common(command: Command) -> Command:
    """Give a command the options that all commands take."""
    options = (
        click.option(
            "-C",
            "folder",
            metavar="DIR",
            type=click.Path(file_okay=False, path_type=Path),
            expose_value=False,
            callback=_keep("folder"),
            help="The project's folder (default: here, or a parent that holds sources.yaml).",
        ),
        click.option(
            "-q", "--quiet", count=True, expose_value=False, callback=_louder(-1), help="Say less."
        ),
        click.option(
            "-v", "--verbose", count=True, expose_value=False, callback=_louder(1), help="Say more."
        ),
        click.option(
            "--json",
            "json",
            is_flag=True,
            expose_value=False,
            callback=_keep("json"),
            help="Print one JSON value on stdout and nothing else.",
        ),
        click.option(
            "--now",
            metavar="ISO8601",
            type=Moment(),
            expose_value=False,
            callback=_keep("at"),
            help="The clock, for builds that can be repeated.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command

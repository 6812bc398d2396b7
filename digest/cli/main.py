"""`digest VERB …`: the table of verbs, and what becomes of an error.

A verb's module is imported only when that verb is called, so that `digest --help` is quick.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
import warnings
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

import click

from digest import __version__
from digest.cli.output import say, to_json
from digest.cli.settings import Settings, common
from digest.errors import DigestError

# In the order of the week. The help text stands here too, so that listing the verbs imports none of
# them; a test holds each line against the verb's own.
VERBS: dict[str, tuple[str, str]] = {
    "init": ("digest.cli.setup:init", "Make a new project that runs."),
    "demo": ("digest.cli.setup:demo", "Show a whole week on the bundled sample web."),
    "fetch": ("digest.cli.gather:fetch", "Fetch the sources that are due, or those named."),
    "add": ("digest.cli.gather:add", "Put one page, paper or PDF straight into the inbox, kept."),
    "sort": ("digest.cli.gather:sort", "Tag, group and rank what is new."),
    "inbox": ("digest.cli.triage:inbox", "Show the best stories, and why they are here."),
    "keep": ("digest.cli.triage:keep", "Keep a story for the open issue."),
    "skip": ("digest.cli.triage:skip", "Leave a story out."),
    "note": ("digest.cli.triage:note", "Write a note on a story."),
    "retheme": ("digest.cli.triage:retheme", "Give a story the themes that you say."),
    "rename": ("digest.cli.triage:rename", "Give a story a title of your own."),
    "merge": ("digest.cli.triage:merge", "Make one story of several."),
    "split": ("digest.cli.triage:split", "Take items out of a story, into one of their own."),
    "undo": ("digest.cli.triage:undo", "Take back the last decision on a story."),
    "draft": ("digest.cli.writing:draft", "Write the open issue's draft, or refresh it."),
    "check": ("digest.cli.writing:check", "Say what stands between a draft and publication."),
    "tracker": ("digest.cli.trackers:tracker", "See and fill the running lists."),
    "publish": ("digest.cli.site:publish", "Publish an issue and build the site."),
    "unpublish": ("digest.cli.site:unpublish", "Take an issue off the site, or out of schedule."),
    "skip-issue": ("digest.cli.site:skip_issue", "Let the open issue go unpublished."),
    "build": ("digest.cli.site:build", "Build the site from what was published."),
    "serve": ("digest.cli.serving:serve", "Show the site and the open draft as you write."),
    "run": ("digest.cli.running:run", "Fetch, sort, refresh the draft, publish, build: for cron."),
    "import": ("digest.cli.archive:import_", "Read earlier issues back, as published."),
    "export": ("digest.cli.export:export", "Write an issue in a form that a service takes in."),
    "search": ("digest.cli.ask:search", "Find words in everything stored."),
    "similar": ("digest.cli.ask:similar", "Show what is most like an item."),
    "status": ("digest.cli.running:status", "Show sources, runs, counts and the open issue."),
    "stats": ("digest.cli.upkeep:stats", "Show rows and bytes by table, or themes over time."),
    "doctor": ("digest.cli.upkeep:doctor", "Say what is wrong here, and what cures it."),
    "backup": ("digest.cli.upkeep:backup", "Copy the database while it is in use."),
    "schedule": ("digest.cli.upkeep:schedule", "Print what makes a machine call run every hour."),
    "dump": ("digest.cli.upkeep:dump", "Write everything as plain text that git can hold."),
    "load": ("digest.cli.upkeep:load", "Make the database from what dump wrote."),
    "sources": ("digest.cli.sources:sources", "See, try and change what is followed."),
    "try": ("digest.cli.attempt:attempt", "Run one stage on your own input."),
}


_AGAIN = 1.0
"""Seconds that a command has to give everything back once it was told to end."""


class Verbs(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The verbs in the order of the week."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module that holds the verb."""
        if cmd_name not in VERBS:
            return None
        module, _, name = VERBS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - for the type checker
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest verb when there is none of that name."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], VERBS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else " `digest --help` lists the verbs."
            raise click.UsageError(f"There is no verb {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the verbs without importing them."""
        with formatter.section("Verbs, in the order of the week"):
            formatter.write_dl([(name, line) for name, (_, line) in VERBS.items()])


@click.command(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `digest demo`, or `digest init news` and then `digest -C news run`.",
)
@click.version_option(__version__, prog_name="digest")
@common
def cli() -> None:
    """Turn feeds, papers and policy pages into a research newsletter.

    Exit codes: 0 done; 1 a defect; 2 refused, nothing was changed; 3 done, but a person is needed;
    4 the machine (disk, permissions, a lock); 130 interrupted.
    """


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are said on stderr."""
    settings = Settings()
    arguments = list(sys.argv[1:] if argv is None else argv)
    before = _terminate_like_interrupt()
    if not sys.warnoptions:
        # A run that is interrupted may leave a connection that was never begun: nobody's concern.
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
    try:
        result = cli.main(
            args=arguments,
            prog_name="digest",
            standalone_mode=False,
            obj=settings,
        )
        code = result if isinstance(result, int) else 0
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        say("interrupted")
        code = 130
    except BrokenPipeError:
        # The reader (head, less) went away: no error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except click.ClickException as problem:
        problem.show()
        code = problem.exit_code
        if settings.json or "--json" in arguments:
            _print_error(problem.format_message(), "", "", code)
    except DigestError as problem:
        code = _refuse(problem, settings)
    except Exception as problem:
        code = _defect(problem, settings)
    finally:
        if before is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGTERM, before)
    return code


def _terminate_like_interrupt() -> signal.Handlers | None:
    """Let SIGTERM unwind as Ctrl-C does, so that transactions and locks are given back."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        # Python drops what is raised within a finaliser or a callback: then it is raised once more.
        signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)
        raise KeyboardInterrupt

    try:
        return signal.signal(signal.SIGTERM, interrupt)  # type: ignore[return-value]  # only None or a constant is ever set before us
    except ValueError:  # not the main thread, as in a test
        return None


def _refuse(problem: DigestError, settings: Settings) -> int:
    say(str(problem))
    if settings.json:
        _print_error(problem.message, problem.where, problem.cure, problem.exit_code)
    return problem.exit_code


def _print_error(message: str, where: str, cure: str, code: int) -> None:
    """The one JSON value of a command that failed."""
    click.echo(to_json({"error": message, "where": where, "cure": cure, "exit_code": code}))


def _defect(problem: Exception, settings: Settings) -> int:
    if settings.loudness > 0:
        traceback.print_exception(problem)
    if settings.json:
        _print_error(f"{type(problem).__name__}: {problem}", "", "", 1)
    say(
        f"a defect: {type(problem).__name__}: {problem}\n"
        "  Nothing half-done was kept. `-v` shows where; please report it with that."
    )
    return 1

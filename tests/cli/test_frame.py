"""The frame around the verbs: options, help, exit codes, what goes to which stream."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from digest.cli import main as frame
from digest.cli.main import VERBS, cli, main
from digest.cli.settings import Settings, common
from digest.errors import MachineError, NeedsPerson, Refused


def verb(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert isinstance(found, click.Command)
    return found


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_says_in_its_help_what_the_list_says(name: str) -> None:
    assert (verb(name).help or "").splitlines()[0] == VERBS[name][1]


def every_command() -> list[tuple[str, click.Command]]:
    found = []
    for name in VERBS:
        command = verb(name)
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", inner) for sub, inner in command.commands.items()]
    return found


@pytest.mark.parametrize(("name", "command"), every_command())
def test_each_help_shows_an_example_and_the_common_options(
    name: str, command: click.Command
) -> None:
    assert f"digest {name}" in (command.epilog or "") or "digest -C" in (command.epilog or "")
    if not isinstance(command, click.Group):
        assert {"folder", "json", "at", "now", "quiet", "verbose"} & {
            option.name for option in command.params
        } >= {"folder", "json", "now", "quiet", "verbose"}


def test_help_is_quick_because_it_imports_nothing_heavy() -> None:
    code = "import sys; from digest.cli.main import main; main(['--help']);"
    code += "print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"numpy", "pydantic", "httpx", "jinja2", "rich", "sqlite_utils", "lxml", "asyncio"}
    assert "Verbs, in the order of the week" in done.stdout
    assert not {name for name in heavy if f"'{name}'" in done.stderr}


def test_an_unknown_verb_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetsh"]) == 2
    assert "Did you mean 'fetch'?" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--json", "-C", "D", "probe"], ["probe", "-C", "D", "--json"]])
def test_common_options_stand_before_or_after_the_verb(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Settings] = []

    @click.command()
    @common
    @click.pass_obj
    def probe(settings: Settings) -> None:
        """Look at the settings."""
        seen.append(settings)

    monkeypatch.setitem(frame.VERBS, "probe", (f"{__name__}:probe", ""))
    monkeypatch.setattr(sys.modules[__name__], "probe", probe, raising=False)
    assert main([*words, "--now", "2026-06-29T12:00:00Z"] if words[0] == "probe" else words) == 0
    assert seen[0].json
    assert seen[0].folder == Path("D")


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (Refused("no", where="a.md:3", cure="Do this."), 2),
        (NeedsPerson("look"), 3),
        (MachineError("full"), 4),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("division by zero"), 1),
    ],
)
def test_an_error_becomes_its_exit_code_and_a_message(
    problem: BaseException,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    @click.command()
    @common
    def probe() -> None:
        """Fail."""
        raise problem

    monkeypatch.setitem(frame.VERBS, "probe", (f"{__name__}:probe", ""))
    monkeypatch.setattr(sys.modules[__name__], "probe", probe, raising=False)
    assert main(["probe", "--json"]) == code
    shown = capsys.readouterr()
    assert shown.err.lstrip().startswith("digest: ")
    if code in (2, 3, 4):
        assert json.loads(shown.out)["exit_code"] == code
        if code == 2:
            assert "a.md:3: no\n  Do this." in shown.err


def test_a_moment_that_is_none_is_refused_with_an_example(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--now", "yesterday", "status"]) == 2
    assert "2026-06-29T12:00:00Z" in capsys.readouterr().err


def test_the_clock_can_be_given_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782734400")
    assert Settings().now().isoformat() == "2026-06-29T12:00:00+00:00"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(Refused, match="SOURCE_DATE_EPOCH"):
        Settings().now()


def test_a_folder_without_a_project_is_refused_with_the_cure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-C", str(tmp_path), "run"]) == 2
    assert "digest init" in capsys.readouterr().err


def test_every_verb_that_a_message_names_exists() -> None:
    named = {
        (path.name, verb)
        for path in (Path(frame.__file__).parents[1]).rglob("*.py")
        for verb in re.findall(r"`digest ([a-z][a-z-]*)", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert not {(where, verb) for where, verb in named if verb not in VERBS}

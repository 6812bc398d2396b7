"""The texts that schedule runs hold against the programs that read them, where those are here."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from digest.cli.main import VERBS
from digest.operate.schedule import KINDS, Installed, schedule

PLAIN = Installed(Path("/srv/news"), ("/opt/digest/bin/digest",), "editor")
ODD = Installed(Path("/srv/100% news of Ann's"), ("/usr/bin/python3", "-m", "digest"), "editor")


@pytest.mark.parametrize("what", [PLAIN, ODD])
def test_cron_gets_each_word_as_it_is(what: Installed) -> None:
    lines = [line for line in schedule("cron", what).splitlines() if not line.startswith("#")]
    assert len(lines) == 2
    for line, verb in zip(lines, ("run", "backup"), strict=True):
        *times, command = line.split(" ", 5)
        assert 0 <= int(times[0]) < 60
        assert re.search(r"(?<!\\)%", command) is None
        words = shlex.split(command.replace(r"\%", "%").removesuffix(">/dev/null"))
        assert words[: len(what.program) + 3] == [*what.program, "-C", str(what.folder), verb]


def units(what: Installed) -> dict[str, str]:
    """The files that the systemd text holds, by name."""
    parts = re.split(
        r"^# /etc/systemd/system/(\S+)$", schedule("systemd", what), flags=re.MULTILINE
    )
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_systemd_gets_two_services_that_write_into_data_alone() -> None:
    found = units(PLAIN)
    assert sorted(found) == [
        "digest-backup.service",
        "digest-backup.timer",
        "digest-run.service",
        "digest-run.timer",
    ]
    for name, text in found.items():
        if name.endswith(".service"):
            assert "ReadWritePaths=/srv/news/data\n" in text
            assert "ProtectSystem=strict" in text
    assert "ExecStart=/opt/digest/bin/digest -C /srv/news run\n" in found["digest-run.service"]
    assert "AF_INET" not in found["digest-backup.service"]


@pytest.mark.parametrize("what", [PLAIN, ODD])
def test_systemd_s_folder_is_made_by_a_line_that_a_shell_takes(what: Installed) -> None:
    line = next(line for line in schedule("systemd", what).splitlines() if "mkdir" in line)
    assert shlex.split(line.removeprefix("#")) == ["mkdir", "-p", str(what.folder / "data")]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize("odd", [False, True])
def test_systemd_reads_the_units_without_a_word(odd: bool, tmp_path: Path) -> None:
    folder = tmp_path / ("100% news of Ann's" if odd else "news")
    (folder / "data").mkdir(parents=True)
    what = Installed(folder, ("/bin/true",), "root")
    for name, text in units(what).items():
        (tmp_path / name).write_text(text)
    for name in ("digest-run", "digest-backup"):
        done = subprocess.run(
            [
                "systemd-analyze",
                "verify",
                "--man=no",
                *(str(tmp_path / f"{name}.{kind}") for kind in ("service", "timer")),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line or name in line]
        assert ours == []


def workflow() -> Any:
    return YAML(typ="safe").load(schedule("github-actions", PLAIN))


def test_the_workflow_keeps_the_database_and_deploys() -> None:
    read = workflow()
    steps = read["jobs"]["digest"]["steps"]
    uses = [step["uses"].split("@")[0] for step in steps if "uses" in step]
    order = ["actions/cache/restore", "actions/cache/save", "actions/deploy-pages"]
    assert [one for one in uses if one in order] == order
    keys = {
        step["with"]["key"] for step in steps if step.get("uses", "").startswith("actions/cache/")
    }
    assert len(keys) == 1, "what is saved is what the next run looks for"
    assert read["concurrency"]["cancel-in-progress"] is False
    assert read["permissions"]["pages"] == "write"


def test_the_workflow_calls_verbs_that_there_are() -> None:
    said = [step["run"] for step in workflow()["jobs"]["digest"]["steps"] if "run" in step]
    called = [
        verb
        for text in said
        for verb in re.findall(r"^\s*(?:if )?digest ([\w-]+)", text, re.MULTILINE)
    ]
    assert {"doctor", "run", "backup", "publish", "status"} <= set(called)
    assert set(called) <= set(VERBS)


def test_the_workflow_s_scripts_are_shell(tmp_path: Path) -> None:
    for step in workflow()["jobs"]["digest"]["steps"]:
        if "run" in step:
            assert "${{" not in step["run"], "what a person types reaches a script as a variable"
            subprocess.run(["bash", "-n"], input=step["run"], text=True, check=True)


def test_the_minute_is_the_folder_s_own() -> None:
    assert PLAIN.minute != ODD.minute
    assert all(f"{PLAIN.minute} *" in schedule(kind, PLAIN) for kind in KINDS if kind != "systemd")

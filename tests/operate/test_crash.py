"""Killed on the way again and again, the weeks end as if nothing had been: the short form."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.conftest import CHECKOUT


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="needs fork")
def test_what_was_killed_goes_on_as_if_nothing_had_been() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/crash.py", "--short", "--kills", "14", "--json"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    outcome = json.loads(done.stdout)
    assert outcome["faults"] == [], done.stderr
    assert outcome["kills"] == 14
    assert {phase for phase, _, _ in outcome["hits"]} >= {"fetch", "sort"}

"""A disk that gives errors under a run: it is told, and the next run goes on as if nothing was."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.faults import LAYER
from tests.pipeline.conftest import Desk, after_a_run, desk, sample_web

__all__ = ["after_a_run", "desk", "sample_web"]


@pytest.mark.skipif(
    not (sys.platform == "linux" and shutil.which("cc")), reason="needs Linux and a C compiler"
)
@pytest.mark.parametrize("after", [0, 12])
def test_an_error_of_the_disk_is_told_and_loses_nothing(
    after: int, desk: Desk, tmp_path: Path
) -> None:
    layer = tmp_path / "layer.so"
    (tmp_path / "layer.c").write_text(LAYER)
    build = ["cc", "-shared", "-fPIC", "-o", str(layer), str(tmp_path / "layer.c"), "-ldl"]
    subprocess.run(build, check=True)
    before = desk.counts()
    program = [sys.executable, "-m", "digest", "-C", str(desk.folder)]
    done = subprocess.run(
        [*program, "--now", desk.now.isoformat(), "run"],
        env=os.environ
        | {
            "LD_PRELOAD": str(layer),
            "FAIL_BELOW": str(desk.folder / "data"),
            "FAIL_AFTER": str(after),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert "the disk gave an error" in done.stderr
    assert desk("run") == (0, "", "")
    assert desk.counts() == before
    assert desk("doctor")[0] == 0

"""The pages before the HTML checker of the W3C."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.conftest import missing, needed


@pytest.mark.java
def test_the_html_checker_finds_no_error(site: Path) -> None:
    java = shutil.which("java")
    if java is None:
        missing("Java is not installed")
    checker = needed("vnu-jar/build/dist/vnu.jar")
    command = [java, "-Xss2m", "-jar", str(checker), "--format", "json", "--also-check-css"]
    command += ["--also-check-svg", "--skip-non-html", str(site)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    found = json.loads(done.stderr)["messages"]
    errors = [
        f"{one.get('url', '')}:{one.get('lastLine', '')}: {one['message']}"
        for one in found
        if one["type"] != "info"
    ]
    assert errors == []
    assert done.returncode == 0

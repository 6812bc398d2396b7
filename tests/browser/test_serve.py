"""`digest serve`, run as a person runs it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from digest.errors import MachineError
from digest.publish.templates import built_in
from tests.browser.test_pages import opened

pytestmark = pytest.mark.browser


@dataclass
class Served:
    """A project that is being served."""

    folder: Path
    site: str
    process: subprocess.Popen[str]

    def ask(self, path: str, host: str = "", method: str = "GET") -> tuple[int, str]:
        """The status and the text of an answer."""
        connection = HTTPConnection(urlsplit(self.site).netloc, timeout=20)
        connection.request(method, path, headers={"Host": host or urlsplit(self.site).netloc})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")

    @property
    def draft(self) -> Path:
        """The open draft's file."""
        return max((self.folder / "data/drafts").glob("*.md"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serving") / "news"
    command = [sys.executable, "-m", "digest", "-q", "demo", str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=900)
    return folder


@pytest.fixture
def served(project: Path, tmp_path: Path) -> Iterator[Served]:
    folder = tmp_path / "news"
    shutil.copytree(project, folder)
    command = [sys.executable, "-m", "digest", "-C", str(folder), "--json", "serve", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = "".join(iter(process.stdout.readline, "}\n")) + "}"
    yield Served(folder, json.loads(said)["site"], process)
    process.kill()
    process.communicate()


def test_what_is_saved_is_seen_at_once(browser: Any, served: Served) -> None:
    page = opened(browser, served.site + "draft/")
    assert "/draft/issues/" in page.url
    before = served.draft.read_text(encoding="utf-8")
    title = next(line for line in before.splitlines() if line.startswith("## "))
    served.draft.write_text(before.replace(title, "## Kettles take the vote:"), encoding="utf-8")
    page.get_by_role("heading", name="Kettles take the vote").wait_for()
    damaged = before.replace("---\n", "---\nissue: [\n", 1)
    served.draft.write_text(damaged, encoding="utf-8")
    page.get_by_role("heading", name="This page cannot be made").wait_for()
    assert f"{served.draft}:" in page.locator("code").inner_text()
    assert page.locator("em").inner_text(), "no cure"
    served.draft.write_text(before, encoding="utf-8")
    page.get_by_role("heading", name=title.removeprefix("## ").rstrip(":")).first.wait_for()
    assert all("status of 500" in one for one in page.said), "the page said something else"
    page.context.close()


def test_a_template_is_seen_at_once_and_its_mistake_has_a_line(
    browser: Any, served: Served
) -> None:
    page = opened(browser, served.site)
    own = served.folder / "templates"
    own.mkdir()
    home = (built_in() / "home.html").read_text(encoding="utf-8")
    (own / "home.html").write_text(home.replace("The latest issue", "Fresh today"))
    page.get_by_text("Fresh today").wait_for()
    (own / "home.html").write_text("{% extends 'base.html' %}\n{% block main %}\n{{ nothing }}")
    page.get_by_role("heading", name="This page cannot be made").wait_for()
    assert f"{own / 'home.html'}:" in page.locator("code").inner_text()
    (own / "home.html").unlink()
    page.get_by_text("The latest issue").wait_for()
    assert not [one for one in page.asked if not one.startswith((served.site, "data:"))]
    page.context.close()


def test_the_search_works_while_serving(browser: Any, served: Served) -> None:
    page = opened(browser, served.site + "search/index.html?q=the")
    page.locator("#_found li").first.wait_for()
    page.context.close()


def test_it_answers_its_own_name_alone_and_gives_no_file_of_others(served: Served) -> None:
    assert served.ask("/")[0] == 200
    assert served.ask("/", host="rebound.example:8000")[0] == 421
    assert served.ask("/draft/", host="rebound.example")[0] == 421
    assert served.ask("/", method="POST")[0] == 405
    assert served.ask("/nowhere/")[0] == 404
    for path in ("/../digest.db", "/%2e%2e/digest.db", "/..%2fdigest.db", "/.digest-manifest.json",
                 "//etc/passwd", "/draft/../../digest.db"):  # fmt: skip
        status, text = served.ask(path)
        assert status == 404, path
        assert "SQLite" not in text
    page = served.ask("/")[1]
    assert "reload.js" in page
    on_disk = (served.folder / "data/site/index.html").read_text(encoding="utf-8")
    assert "reload.js" not in on_disk


def test_ctrl_c_ends_it_cleanly_though_a_page_is_open(browser: Any, served: Served) -> None:
    page = opened(browser, served.site)
    os.kill(served.process.pid, signal.SIGINT)
    _, said = served.process.communicate(timeout=20)
    assert served.process.returncode == 0
    assert said == ""
    page.context.close()


def test_a_port_that_is_taken_is_said(served: Served) -> None:
    port = urlsplit(served.site).port or 0
    command = [sys.executable, "-m", "digest", "-C", str(served.folder), "serve", "--port"]
    done = subprocess.run([*command, str(port)], check=False, capture_output=True, text=True)
    assert done.returncode == MachineError.exit_code
    assert f"port {port} cannot be used" in done.stderr
    assert "--port" in done.stderr

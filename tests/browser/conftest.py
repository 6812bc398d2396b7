"""A browser, and the sample site on a loopback server below a path of its own."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn

import pytest

from digest.publish.search import make_index
from digest.publish.site import build
from digest.publish.templates import Templates
from digest.publish.writer import write
from tests.publish import sample

PAGES = {
    "home": "index.html",
    "issue": "issues/2026-w13/index.html",
    "corrected": "issues/2026-w12/index.html",
    "unfinished": "issues/2026-w14/index.html",
    "companion": "companions/2026-w13/4f21c0a9e1/index.html",
    "companions": "companions/2026-w13/index.html",
    "archive": "archive/index.html",
    "themes": "themes/index.html",
    "theme": "themes/notebooks/index.html",
    "trackers": "trackers/index.html",
    "tracker": "trackers/notebooks-kept/index.html",
    "sorted": "trackers/notebooks-kept/by-example/index.html",
    "about": "about/index.html",
    "sources": "sources/index.html",
    "search": "search/index.html",
    "missing": "404.html",
}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample site on disk, below `sub/path/`."""
    folder = tmp_path_factory.mktemp("served")
    issues = [*map(sample.published, range(1, 11)), sample.corrected(11), sample.published(12)]
    issues.append(sample.unfinished(13))
    files = build(sample.config(), issues, Templates(), make_index, sample.filed(), pictures=False)
    write(folder / "sub/path", files)
    return folder


def needed(path: str) -> Path:
    """A file of the packages that package.json pins; what needs one that is absent is skipped."""
    file = Path(__file__).parents[2] / "node_modules" / path
    if not file.is_file():
        missing(f"{path} is not installed: npm ci --ignore-scripts")
    return file


def missing(what: str) -> NoReturn:
    """Skip, but where continuous integration runs, which installs everything, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served, with a slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sub/path/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium; gone with its event loop when the module is done."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()

"""The status page as whoever keeps the machine sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from digest.publish.board import Board, RunLine, SourceLine, board_page
from digest.publish.templates import Templates
from tests.browser.conftest import needed
from tests.browser.test_pages import CONTRAST, SCHEMES, opened
from tests.publish import sample

pytestmark = pytest.mark.browser

AT = datetime(2026, 6, 29, 12, tzinfo=UTC)
BOARD = Board(
    at=AT,
    needs=[
        "some-lab has failed since 2026-06-20: no connection (nodename nor servname provided)",
        "/home/me/news/data/drafts/2026-w27.md:12: this entry's marker is damaged\n  Mend it.",
    ],
    issue=[("Open issue", "2026-w27, number 438"), ("Publication day", "2026-06-29")],
    queue=[("Stories to decide on", "41"), ("Sources due now", "3")],
    sources=[
        SourceLine("Some Lab", "failing", AT, 0.0, "since 2026-06-20: no connection"),
        SourceLine("A_source_with_a_name_that_has_no_spaces_at_all_and_is_long", "silent", AT, 0.2),
        *(SourceLine(f"Source {n}", "well", AT, n / 4) for n in range(50)),
        SourceLine("Never", "new"),
    ],
    runs=[RunLine(AT, "run", "well", well=True, new=12), RunLine(AT, "publish", "refused", False)],
    sizes=[("Items", "12,345"), ("Database", "88.1 MB")],
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of a troubled project, of one where all is well, and of one that never ran."""
    folder = tmp_path_factory.mktemp("status")
    boards = {
        "troubled": BOARD,
        "well": replace(BOARD, needs=(), sources=BOARD.sources[2:]),
        "new": replace(BOARD, needs=(), sources=(), runs=()),
    }
    for name, board in boards.items():
        (folder / f"{name}.html").write_text(board_page(sample.config(), Templates(), board))
    return {name: folder / f"{name}.html" for name in boards}


@pytest.mark.parametrize("name", ["troubled", "well", "new"])
def test_it_is_legible_and_axe_finds_nothing(
    browser: Any, pages: dict[str, Path], name: str
) -> None:
    axe = needed("axe-core/axe.min.js").read_text(encoding="utf-8")
    for scheme in SCHEMES:
        page = opened(browser, pages[name].as_uri(), color_scheme=scheme, bypass_csp=True)
        for details in page.locator("details").all():
            details.evaluate("one => one.open = true")
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{wide} px of text in {width}"
        assert page.evaluate(CONTRAST) == []
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        page.context.close()


def test_it_carries_its_style_and_asks_nobody(browser: Any, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["troubled"].as_uri(), java_script_enabled=False)
    assert page.said == []
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
    assert "Iowan" in page.locator("body").evaluate("body => getComputedStyle(body).fontFamily")
    assert page.locator("h1").inner_text() == "A person is needed"
    page.context.close()

"""The search as readers have it: from a static server, in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PAGES, needed
from tests.browser.test_pages import CONTRAST, SCHEMES, opened

pytestmark = pytest.mark.browser


def searched(page: Any, words: str) -> list[str]:
    """The titles of what is found."""
    page.get_by_role("searchbox").fill(words)
    page.keyboard.press("Enter")
    page.locator("#_found[aria-busy=false]").wait_for(state="attached")
    return list(page.locator("#_found h2").all_inner_texts())


def test_words_lead_to_the_entry_that_has_them(browser: Any, address: str) -> None:
    page = opened(browser, address + PAGES["search"])
    assert not [url for url in page.asked if "pagefind" in url], "loaded before it is used"
    assert searched(page, "square metre")[0] == "Rain can now be ordered by the square metre"
    assert page.locator("#_found mark").count() > 0
    page.locator("#_found h2 a").first.click()
    assert page.url.startswith(f"{address}issues/2026-w")
    assert page.url.endswith("index.html#aa00bb11cc")
    assert page.locator("#aa00bb11cc").is_visible()
    assert all(url.startswith((address, "data:")) for url in page.asked)
    assert page.said == []
    page.context.close()


def test_the_address_keeps_the_words_and_more_is_shown_when_asked(
    browser: Any, address: str
) -> None:
    page = opened(browser, address + PAGES["search"] + "?q=notebook")
    page.locator("#_found li").first.wait_for()
    assert page.locator("#_status").inner_text() == "13 places"
    assert page.locator("#_found li").count() == 10
    page.get_by_role("button", name="Show more").press("Enter")
    page.locator("#_found li").nth(12).wait_for()
    assert page.evaluate("document.activeElement.closest('li') !== null"), "reads on where it was"
    assert not page.get_by_role("button", name="Show more").is_visible()
    page.context.close()


def test_what_is_not_there_is_not_found_and_mark_up_does_nothing(
    browser: Any, address: str
) -> None:
    page = opened(browser, address + PAGES["search"])
    assert searched(page, "zzyzx") == []
    assert page.locator("#_status").inner_text() == "Nothing found."
    searched(page, "<img src=x onerror=alert(1)>")
    assert page.locator("main img").count() == 0
    page.context.close()


def test_what_is_found_is_legible_and_fits(browser: Any, address: str) -> None:
    axe = needed("axe-core/axe.min.js").read_text(encoding="utf-8")
    for scheme in SCHEMES:
        page = opened(
            browser, address + PAGES["search"], width=320, color_scheme=scheme, bypass_csp=True
        )
        searched(page, "notebook")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.evaluate(CONTRAST) == []
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        page.context.close()


@pytest.mark.parametrize("how", ["no script", "from the disk"])
def test_without_a_script_or_a_server_it_says_so(
    browser: Any, address: str, site: Path, how: str
) -> None:
    if how == "no script":
        page = opened(browser, address + PAGES["search"], java_script_enabled=False)
    else:
        page = opened(browser, (site / "sub/path" / PAGES["search"]).as_uri())
    assert not page.get_by_role("searchbox").is_visible()
    assert page.get_by_text("Searching needs JavaScript").is_visible()
    page.get_by_role("main").get_by_role("link", name="archive").click()
    assert page.url.endswith("archive/index.html")
    page.context.close()

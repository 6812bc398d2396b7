"""The pages as readers have them: at any width, by keyboard, in the dark, on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PAGES, needed

pytestmark = pytest.mark.browser

CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
SCHEMES = ("light", "dark")


def opened(browser: Any, url: str, *, width: int = 1280, **options: Any) -> Any:
    """A page, with all that it asked for and complained about in `asked` and `said`."""
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)
    page = context.new_page()
    page.asked, page.said = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.said.append(message.text))
    page.goto(url)
    return page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_is_legible_and_asks_nobody_else(browser: Any, address: str, name: str) -> None:
    for scheme in SCHEMES:
        page = opened(browser, address + PAGES[name], color_scheme=scheme)
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{wide} px of text in {width}"
        assert page.evaluate(CONTRAST) == []
        assert all(url.startswith((address, "data:")) for url in page.asked)
        assert page.said == []
        page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_from_the_disk_without_scripts(browser: Any, site: Path, name: str) -> None:
    where = (site / "sub/path" / PAGES[name]).as_uri()
    page = opened(browser, where, java_script_enabled=False)
    assert page.said == []
    assert page.locator("h1").is_visible()
    family = page.locator("body").evaluate("body => getComputedStyle(body).fontFamily")
    assert "Iowan" in family, "the style sheet was not found"
    page.context.close()


def test_low_contrast_would_be_found(browser: Any, address: str) -> None:
    page = opened(browser, address + PAGES["issue"], bypass_csp=True)
    page.add_style_tag(content=".tale .page { color: #4a5068 } .why .label { color: #c99 }")
    found = page.evaluate(CONTRAST)
    assert any("Why this matters" in one for one in found)
    assert any("House Votes" in one for one in found)
    page.context.close()


def test_links_lead_on_from_the_disk(browser: Any, site: Path) -> None:
    page = opened(browser, (site / "sub/path/index.html").as_uri(), java_script_enabled=False)
    page.get_by_role("link", name="Read the issue").click()
    assert page.url.endswith("issues/2026-w14/index.html")
    page.locator("a[rel=prev]").click()
    assert page.url.endswith("issues/2026-w13/index.html")
    page.get_by_role("navigation", name="In this issue").get_by_role("link").nth(1).click()
    assert page.url.endswith("#aa00bb11cc")
    page.get_by_role("link", name="Rules & registers").first.click()
    assert page.url.endswith("themes/rules/index.html")
    page.context.close()


def test_the_keyboard_goes_through_the_page_in_the_order_of_reading(
    browser: Any, address: str
) -> None:
    page = opened(browser, address + PAGES["issue"], width=1280)
    seen = []
    for _ in range(13):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline not in {"", "none"}, f"nothing shows that {seen[-1]!r} has the focus"
    assert seen[:6] == [
        *("Skip to the text", "The Harbour Light", "Archive", "Themes", "Search", "Feed"),
    ]
    assert seen[6].startswith("Lowtide: Don't build a better student")
    assert "The House Votes" in seen
    assert seen.index("Machines with notebooks") > seen.index("The House Votes")
    page.context.close()


def test_the_skip_link_shows_itself_and_skips(browser: Any, address: str) -> None:
    page = opened(browser, address + PAGES["issue"])
    page.keyboard.press("Tab")
    box = page.locator(".skip").bounding_box()
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.context.close()


def test_whoever_wants_no_motion_gets_none(browser: Any, address: str) -> None:
    ask = "getComputedStyle(document.documentElement).scrollBehavior"
    for wish, behaviour in (("reduce", "auto"), ("no-preference", "smooth")):
        page = opened(browser, address, reduced_motion=wish)
        assert page.evaluate(ask) == behaviour
        page.context.close()


def test_on_paper_there_is_text_and_no_machinery(browser: Any, address: str) -> None:
    page = opened(browser, address + PAGES["issue"])
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator("nav").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(CONTRAST) == []
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") in {2, 3}
    page.context.close()


def test_text_enlarged_to_twice_its_size_still_fits(browser: Any, address: str) -> None:
    page = opened(browser, address + PAGES["issue"], width=640)
    page.evaluate("document.documentElement.style.fontSize = '36px'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Any, address: str, name: str) -> None:
    axe = needed("axe-core/axe.min.js").read_text(encoding="utf-8")
    for scheme in SCHEMES:
        page = opened(browser, address + PAGES[name], color_scheme=scheme, bypass_csp=True)
        page.evaluate(axe)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        page.context.close()

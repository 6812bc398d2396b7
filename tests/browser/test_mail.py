"""The mail as mail programs show it: at any width, in the dark, its style sheet thrown away."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digest.config.schema import Mail
from digest.publish.mail import LARGEST, issue_mail
from digest.publish.site import shared
from digest.publish.templates import Templates
from tests.browser.conftest import missing, needed
from tests.browser.test_pages import CONTRAST, SCHEMES
from tests.publish import sample

WIDTHS = (320, 390, 700)
STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)

# What Gmail, Apple Mail or Outlook.com do not show, each of which may be lost: `without_style` is
# how the mail looks then. Colours in the dark, and a phone's smaller edges and headings.
ENHANCEMENTS = {"<style> element", "@media", "color-scheme CSS property", "color-scheme meta tag"}

# What follows the preheader, which nobody sees.
FILLER = "\u2007\u034f"

UNBROKEN = "https://long.example/" + "a" * 120


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Mails of the sample as files, and the whole one as programs see it that drop style sheets."""
    folder = tmp_path_factory.mktemp("mail")
    unsubscribe = Mail(unsubscribe="https://harbour.example/stop")
    config = sample.config().model_copy(update={"mail": unsubscribe})
    long = sample.entry(body=f"{sample.BODY}\n\n`{'x' * 200}` [{UNBROKEN}]({UNBROKEN})", key="k2")
    whole = sample.published(12, entries=(*sample.issue().entries, long))
    issues = [sample.corrected(11), whole, sample.unfinished(13)]
    site = shared(config, issues, Templates())
    names = ("corrected", "whole", "unfinished")
    made = {name: issue_mail(site, one).html for name, one in zip(names, site.shelf, strict=True)}
    made["without_style"] = STYLE.sub("", made["whole"].decode()).encode()
    for name, html in made.items():
        (folder / f"{name}.html").write_bytes(html)
    return {name: folder / f"{name}.html" for name in made}


def opened(browser: Any, file: Path, scheme: str) -> Any:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(file.as_uri())
    return page


@pytest.mark.browser
@pytest.mark.parametrize("name", ["whole", "corrected", "unfinished", "without_style"])
def test_a_mail_reads_in_one_column_at_any_width(
    browser: Any, mails: dict[str, Path], name: str
) -> None:
    for scheme in SCHEMES:
        page = opened(browser, mails[name], scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{wide} px of text in {width}"
            column = page.locator(".column").bounding_box()
            assert column["width"] == min(width, 600)
            for box in page.locator("p").evaluate_all("all => all.map(p => p.clientWidth)"):
                assert box <= 600 - 40
        seen = [one for one in page.evaluate(CONTRAST) if FILLER not in one]
        assert seen == []
        size = page.locator(".entry p").first.evaluate("p => getComputedStyle(p).fontSize")
        assert float(size.removesuffix("px")) >= 14
        assert page.asked == [mails[name].as_uri()]
        page.context.close()


@pytest.mark.browser
def test_the_dark_is_dark_and_without_its_style_sheet_a_mail_is_light(
    browser: Any, mails: dict[str, Path]
) -> None:
    paper = "getComputedStyle(document.querySelector('div.ground')).backgroundColor"
    for name, expected in (("whole", "rgb(25, 23, 20)"), ("without_style", "rgb(252, 250, 245)")):
        page = opened(browser, mails[name], "dark")
        assert page.evaluate(paper) == expected
        assert page.screenshot(full_page=True).startswith(b"\x89PNG")
        page.context.close()


@pytest.mark.browser
def test_the_preheader_is_not_seen(browser: Any, mails: dict[str, Path]) -> None:
    page = opened(browser, mails["whole"], "light")
    assert page.locator(".preheader").bounding_box()["height"] == 0
    assert "Who reads the second draft?" in page.locator(".preheader").text_content()
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", ["whole", "unfinished", "without_style"])
def test_axe_finds_nothing_in_a_mail(browser: Any, mails: dict[str, Path], name: str) -> None:
    axe = needed("axe-core/axe.min.js").read_text(encoding="utf-8")
    # A mail is a part of its program's page, which has the landmarks.
    rules = {"region": {"enabled": False}, "landmark-one-main": {"enabled": False}}
    options = json.dumps({"resultTypes": ["violations"], "rules": rules})
    for scheme in SCHEMES:
        page = opened(browser, mails[name], scheme)
        page.evaluate(axe)
        found = page.evaluate(f"axe.run(document, {options})")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        page.context.close()


@pytest.mark.java
def test_the_html_checker_finds_no_error_in_a_mail(mails: dict[str, Path]) -> None:
    java = shutil.which("java")
    if java is None:
        missing("Java is not installed")
    checker = needed("vnu-jar/build/dist/vnu.jar")
    command = [java, "-Xss2m", "-jar", str(checker), "--format", "json", "--also-check-css"]
    done = subprocess.run(
        [*command, *map(str, mails.values())],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found = [one["message"] for one in json.loads(done.stderr)["messages"] if one["type"] != "info"]
    assert found == []
    assert done.returncode == 0


def unsupported(file: Path) -> Iterator[str]:
    """What caniemail says that a program does not show."""
    node = shutil.which("node")
    if node is None:
        missing("Node is not installed")
    needed("caniemail/package.json")
    script = Path(__file__).with_name("caniemail.mjs")
    command = [node, str(script), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    for line in done.stdout.splitlines():
        yield line.partition("\t")[2]


def test_mail_programs_show_all_but_the_enhancements(mails: dict[str, Path]) -> None:
    assert set(unsupported(mails["whole"])) == ENHANCEMENTS
    assert set(unsupported(mails["unfinished"])) == ENHANCEMENTS
    rest = set(unsupported(mails["without_style"]))
    assert rest == {"color-scheme CSS property", "color-scheme meta tag"}


def test_what_programs_do_not_show_would_be_found(mails: dict[str, Path], tmp_path: Path) -> None:
    bad = (
        mails["whole"].read_text(encoding="utf-8").replace('<h1 style="', '<h1 style="opacity: 1;')
    )
    (tmp_path / "bad.html").write_text(bad, encoding="utf-8")
    assert "opacity" in set(unsupported(tmp_path / "bad.html"))


def test_a_mail_of_five_long_pieces_stays_below_what_gmail_shows() -> None:
    paragraph = "A sentence of some ten words or so stands here. " * 12
    pieces = tuple(
        replace(sample.entry(f"k{number}"), body="\n\n".join([paragraph] * 4))
        for number in range(5)
    )
    site = shared(sample.config(), [sample.published(12, entries=pieces)], Templates())
    made = issue_mail(site, site.shelf[0])
    assert made.cut == ()
    assert len(made.html) < LARGEST

"""Pages made of texts that mean harm, in a browser whose policy does not stop them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digest.model import Coda, Entry, Quote, ReadMore, Reference, Why
from digest.publish.site import build
from digest.publish.templates import Templates
from digest.publish.values import Correction
from digest.publish.writer import write
from tests.browser.test_pages import opened
from tests.publish import sample

pytestmark = pytest.mark.browser

RUN = "console.log(document.location)"
TEXTS = (
    f"<script>{RUN}</script>",
    f"</title></style></script><script>{RUN}</script>",
    f"<img src=x onerror='{RUN}'>",
    f'"><svg onload="{RUN}">',
    f"' autofocus onfocus='{RUN}' x='",
    f"[a](javascript:{RUN})",
    f"![a](x' onerror='{RUN})",
    f"<!-- --><script>{RUN}</script><!-- <!-- entry aa -->",
    f"[[why: <script>{RUN}</script>]]",
    f"```\n</code></pre><script>{RUN}</script>\n```",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    "{{ 7 * 191 }}{% raw %}",
)


def hostile(text: str, number: int) -> Any:
    """An issue that says the same wherever it says anything."""
    key = f"{number:010x}"
    entry = Entry(
        key=key,
        headline=text,
        tagline=text,
        body=f"{text}\n\nThey write: “{text}”.\n\n> {text}",
        why=Why(text, text),
        read_more=(
            ReadMore(text, text, (text,), text),
            ReadMore(text, f"https://a.example/{text}"),
        ),
        themes=("notebooks",),
        quotes=(Quote(f"{text} and seven words more to be pulled out", "a/1", 1),),
        sources=(Reference("a/1", text, f"https://b.example/{text}", (text,), text, comments=2),),
        extra=text,
    )
    tale = Coda(title=text, setting=text, text=text, inspired=(text,), extra=text)
    parts = {"title": text, "parts": (text,), "subtitle": text, "welcome": text, "thanks": text}
    one = sample.published(number, entries=(entry,), coda=tale, extra=text, **parts)
    return replace(one, corrections=(Correction(one.updated, text),))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("hostile")
    issues = [hostile(text, number) for number, text in enumerate(TEXTS, start=1)]
    text = TEXTS[1]
    rows = [replace(row, cells=dict.fromkeys(row.cells, text)) for row in sample.filed()]
    newsletter = sample.newsletter().model_copy(update={"description": text, "editor": text})
    config = sample.config().model_copy(update={"newsletter": newsletter})
    write(where, build(config, issues, Templates(), filed=rows, pictures=False))
    return where


def test_no_text_runs_a_script_or_leaves_its_place(browser: Any, folder: Path) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    ours = "one => !one.matches('[type=\"application/ld+json\"]')"
    for file in sorted(folder.rglob("*.html")):
        page.goto(file.as_uri())
        wild = "[...document.querySelectorAll('*')].flatMap(one => [...one.attributes])"
        names = page.evaluate(f"{wild}.map(one => one.name).filter(name => name.startsWith('on'))")
        assert names == [], file
        count = f"[...document.scripts].filter({ours}).length"
        assert page.evaluate(count) == 0, file
        assert page.locator("main img").count() == 0, file
        assert page.locator("[href^='javascript' i]").count() == 0, file
        assert "1337" not in page.content(), file
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()


def test_a_script_that_got_through_would_be_seen(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(TEXTS[1])
    page = opened(browser, (tmp_path / "x.html").as_uri(), bypass_csp=True)
    assert page.said
    page.context.close()

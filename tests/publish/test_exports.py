from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from ruamel.yaml import YAML

from digest.markup.markdown import to_html, to_plain
from digest.model import Entry, Issue, ReadMore
from digest.publish.asmarkdown import as_markdown
from digest.publish.exports import FORMATS, export_text
from digest.publish.site import shared
from digest.publish.templates import Templates
from digest.publish.values import Correction, Published
from digest.publish.words import block
from tests.publish import sample
from tests.publish.strict import read
from tests.publish.test_mail import SERVICE
from tests.publish.test_site import WHEN, hostile_config, issues, texts

TEMPLATES = Templates()


def exported(form: str, published: Published | None = None) -> str:
    site = shared(sample.config(), [published or sample.published(12)], TEMPLATES)
    return export_text(site, site.shelf[0], form)


def as_service(markdown: str) -> str:
    """What a service makes of Markdown that lets HTML through."""
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_says_the_whole_issue(form: str) -> None:
    text = exported(form)
    for words in (
        "never the student's",
        "the disk was full.",
        "An essay of one paragraph.",
        "sooner or later",
        "the lamp agreed",
        "Rain, On Demand",
        "written on a train",
        "keep = [note",
        "8,004",
        "It took metres for feet, twice.",
    ):
        assert words in text, words
    assert "↩" not in text


def test_plain_html_has_no_class_style_or_box() -> None:
    text = exported("html")
    assert not re.search(r' (?:class|id|style|tabindex|role|rel)="', text)
    assert "<div" not in text
    page = read(text.encode())
    assert "<h1>The Harbour Light 12: Better notebooks" in text
    assert all(link.startswith("https://") for link in page.links)


def test_what_substack_would_lose_is_said_in_another_way() -> None:
    text = exported("substack")
    read(text.encode(), below=1)
    body = text.partition("<body>")[2]
    assert "<table" not in body
    assert "<h1>" not in body
    assert "<li>9 · 8,004 · 57.5</li>" in body
    assert "units<sup>[1]</sup>, as" in body
    assert "#4f21c0a9e1" not in body


def test_markdown_reads_as_the_page_does() -> None:
    text = exported("markdown")
    html = as_service(text)
    assert "<h1>The Harbour Light 12: Better notebooks; rain on demand; a register" in html
    assert '<h2><a href="https://harbour.example/letters/issues/2026-w13/#4f21c0a9e1">' in html
    assert '<a href="https://arxiv.example/abs/1?a=1&amp;b=2">Notebooks &amp; Their' in html
    assert "<li><strong>Corrections:</strong> every answer" in html
    assert "<td>8,004</td>" in html


def test_buttondown_gets_a_draft_with_its_front_matter() -> None:
    one = sample.published(12, subtitle="a --- b: c")
    text = exported("buttondown", one)
    parts = text.split("---")
    assert len(parts) == 3, "its reader parts the file at every three hyphens"
    front = YAML(typ="safe").load(parts[1])
    assert front == {
        "subject": "The Harbour Light 12: Better notebooks; rain on demand; a register of lamps",
        "slug": "2026-w13",
        "status": "draft",
        "email_type": "public",
        "description": "a --- b: c",
        "canonical_url": "https://harbour.example/letters/issues/2026-w13/",
    }
    assert parts[2].startswith("\n\nWelcome to The Harbour Light")


def test_ghost_gets_a_post_with_its_tags_and_dates() -> None:
    found = json.loads(exported("ghost", sample.corrected(12)))
    assert found["meta"] == {"exported_on": 1774440000000, "version": "6.0.0"}
    (post,) = found["data"]["posts"]
    assert post["title"].startswith("The Harbour Light 12: Better")
    assert (post["slug"], post["status"]) == ("2026-w13", "published")
    assert post["published_at"] == "2026-03-23 12:00:00"
    assert post["updated_at"] == "2026-03-25 12:00:00"
    assert post["custom_excerpt"] == "Who reads the second draft?"
    assert post["html"].startswith("<p><strong>Corrected 2026-03-25:</strong> It was 8,004")
    assert post["html"].count("<!--kg-card-begin: html-->\n<table>") == 1
    assert {one["id"]: one["name"] for one in found["data"]["tags"]} == {
        "notebooks": "Machines with notebooks",
        "rules": "Rules & registers",
        "weather": "Simulated weather",
    }
    tagged = {(one["post_id"], one["tag_id"]) for one in found["data"]["posts_tags"]}
    assert tagged == {("2026-w13", one) for one in ("notebooks", "rules", "weather")}


def test_ghost_gets_a_draft_of_a_draft_and_no_more_than_it_takes() -> None:
    one = sample.published(12, status="draft", title="The Harbour Light 12: " + "word " * 100)
    one = replace(one, issue=replace(one.issue, parts=(), subtitle="tail " * 100))
    (post,) = json.loads(exported("ghost", one))["data"]["posts"]
    assert post["status"] == "draft"
    assert "published_at" not in post
    assert len(post["title"]) <= 255
    assert len(post["custom_excerpt"]) <= 300


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_not_written_is_marked_and_no_slot_goes_out(form: str) -> None:
    text = exported(form, sample.unfinished(12))
    assert re.search(r"Not yet written:(</b>)? why", text)
    assert "[[" not in text


@pytest.mark.parametrize(
    "markdown",
    [
        "# a\n\n## b",
        "1. a\n2. b\n   - c\n\n     d\n3. e",
        "> a\n>\n> > b\n\nc",
        "a *b **c** d* `e*f` ~~g~~",
        "`` a`b `` and `[x]`",
        "```\na\n\n    b ``` c\n```",
        "1\\. a\n\n\\- b\n\n\\# c\n\n\\+ d",
        "a &lt;b&gt; <c> & d &amp;amp;",
        "[a(b)](https://a.example/x_(y)?a=1&b=2)",
        "snake_case and _this_ and a * star",
        "***\n\na\n\n---",
        "7) a\n8) b",
        "Look!![x](https://a.example/x.png)",
    ],
)
def test_markdown_there_and_back_is_the_same_page(markdown: str) -> None:
    html = str(block(markdown, anchor="a", level=1))
    again = str(block(as_markdown(html), anchor="a", level=1))
    assert (
        again.replace("%28", "(").replace("%29", ")").split()
        == html.replace(' class="picture"', "").split()
    )


# ------------------------------------------------------------------------------ whatever it holds


def tags(html: str) -> set[str]:
    return {tag.lower() for tag in re.findall(r"<([a-zA-Z!?][a-zA-Z0-9-]*)", html)}


SAFE = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "pre", "code", "a"}
SAFE |= {"em", "strong", "hr", "table", "thead", "tbody", "tr", "th", "td", "br"}


def opened(html: str) -> Sequence[str]:
    return re.findall(r'href="([^"]*)"', html)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(issues, texts | st.sampled_from(["{{ x }}", "*|X|*", "---", "`<img src=x>`", "<b onx=1>"]))
def test_whatever_an_issue_holds_no_form_lets_it_out(issue: Issue, text: str) -> None:
    more = ReadMore(text, "https://a.example/{{x}}?<a>&(b)", (text,))
    entry = Entry("k", text, body=f"{text} word\n\n    {text}", read_more=(more,))
    found = replace(issue, entries=(*issue.entries, entry))
    published = Published(found, WHEN, WHEN, (Correction(WHEN, text),) if text else ())
    site = shared(hostile_config(text), [published], TEMPLATES)
    for form in ("html", "substack"):
        page = read(export_text(site, site.shelf[0], form).encode(), below=1)
        assert all(re.match(r"https?://|mailto:", link) for link in page.links)
    post = json.loads(export_text(site, site.shelf[0], "ghost"))["data"]["posts"][0]
    card = re.compile(r"<!--kg-card-(?:begin|end): html-->")
    read(card.sub("", post["html"]).encode(), below=1)
    for form in ("markdown", "buttondown"):
        whole = export_text(site, site.shelf[0], form)
        markdown = whole
        if form == "buttondown":
            assert whole.count("---") == 2
            front, markdown = whole.split("---")[1:]
            assert YAML(typ="safe").load(front)["status"] == "draft"
        assert not SERVICE.search(markdown), "a service would run this"
        html = as_service(markdown)
        assert tags(html) <= SAFE, markdown
        for link in opened(html):
            assert re.match(r"https?://|mailto:", link), link


@settings(max_examples=100, deadline=None)
@given(texts)
def test_the_words_of_a_text_survive_in_markdown(text: str) -> None:
    html = str(block(text, anchor="a", level=1))
    words = re.sub(r"[\W_]+", "", to_plain(as_markdown(html)).replace("Table", ""))
    page = re.sub(r"<[^>]*>", "", to_html(text))
    assert set(re.findall(r"words|alert", page)) <= set(re.findall(r"words|alert", words))

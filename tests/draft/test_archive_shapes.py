"""Issues in every dress that exports wear: their parts are found, and no word is lost."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from email.message import EmailMessage

import pytest
from markdown_it import MarkdownIt

from digest.draft.archive.files import read_issues
from digest.draft.json import to_json
from digest.draft.read import read
from digest.draft.write import to_markdown
from digest.model import Entry, Issue
from tests.draft.shapes import Made, Maker, Said

_ISSUES = 60


def said(entry: Entry) -> Said:
    return Said(
        headline=bare(entry.headline),
        tagline=bare(entry.tagline),
        thesis=bare(entry.why.thesis),
        urls=[more.url for more in entry.read_more],
        titles=[more.title for more in entry.read_more],
        kind=entry.kind,
    )


def bare(text: str) -> str:
    """Words without emphasis."""
    return re.sub(r"[*_]", "", text)


ADDRESS = re.compile(r"https?://[^\s()<>]+(?:\(x\))?")


def assert_nothing_lost(text: str, issue: Issue) -> None:
    """Every word is there as often, every address at all: one link in two pieces is one link."""
    again = to_markdown(issue)
    assert not words(text) - words(again)
    assert set(ADDRESS.findall(text)) <= set(ADDRESS.findall(again))


def words(text: str) -> Counter[str]:
    plain = re.sub(r"\\(.)", r"\1", html.unescape(ADDRESS.sub("", text)))
    return Counter(re.findall(r"[^\W_]+", plain))


def found_in(name: str, body: bytes) -> Issue:
    (found,) = read_issues(name, body)
    assert found.issue, found.reason
    return found.issue


def assert_found(issue: Issue, made: Made) -> None:
    assert [said(entry) for entry in issue.entries] == made.items
    assert (issue.title, issue.subtitle) == (made.title, made.subtitle)
    coda = issue.coda
    assert (coda.title if coda else "") == made.tale
    assert (coda.setting if coda else "") == made.setting
    assert list(coda.inspired if coda else ()) == made.inspired


@pytest.mark.parametrize("mess", [0.0, 0.5, 1.0])
def test_all_parts_are_found_and_no_word_is_lost(mess: float) -> None:
    for seed in range(_ISSUES):
        made = Maker(seed, mess).issue()
        issue = found_in("issue.md", made.text.encode())
        assert_found(issue, made)
        assert_nothing_lost(made.text, issue)


@pytest.mark.parametrize("mess", [0.0, 1.0])
def test_printed_as_a_draft_and_read_again_it_is_the_same(mess: float) -> None:
    for seed in range(_ISSUES):
        issue = found_in("issue.md", Maker(seed, mess).issue().text.encode())
        again = read(to_markdown(issue)).issue
        assert json.dumps(to_json(again)) == json.dumps(to_json(issue))


SUBSTACK = """<html><head><title>{title}</title></head><body><nav>Sign in</nav><article>
<h1 class="post-title">{title}</h1><h3 class="subtitle">{subtitle}</h3>
<div class="available-content"><div class="body markup">{body}</div></div></article>
<div class="comments">A reader: nothing to do with it.</div></body></html>"""
WORDPRESS = """<html><head><meta property="og:title" content="{title}">
<meta property="article:published_time" content="2026-03-02T08:00:00+00:00"></head><body>
<header>Home</header><main><article><h1 class="entry-title">{title}</h1>
<div class="entry-content"><p>{subtitle}</p>{body}<div class="sharedaddy">Share this</div></div>
</article></main><footer>Powered by a press</footer></body></html>"""


def page(template: str, made: Made) -> str:
    """The issue as a page: links within bold words stay whole there."""
    text = made.text.partition("\n")[2].replace(f"{made.subtitle}\n", "", 1)
    return template.format(
        title=html.escape(made.title),
        subtitle=html.escape(made.subtitle),
        body=MarkdownIt().render(text).replace("\n*…", "<br>*…"),
    )


@pytest.mark.parametrize("template", [SUBSTACK, WORDPRESS])
def test_pages_have_all_parts(template: str) -> None:
    for seed in range(0, _ISSUES, 3):
        made = Maker(seed, 0.0).issue()
        text = page(template, made)
        issue = found_in("issue.html", text.encode())
        assert_found(issue, made)
        assert_nothing_lost(made.text, issue)


def test_mails_have_all_parts() -> None:
    for seed in range(0, _ISSUES, 6):
        made = Maker(seed, 0.0).issue()
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = made.title, "me@k.example", "you@k.example"
        mail["Date"] = "Mon, 02 Mar 2026 12:00:00 +0000"
        mail.set_content("See the HTML part.")
        mail.add_alternative(page(SUBSTACK, made), subtype="html")
        issue = found_in("issue.eml", mail.as_bytes())
        assert issue.id == "2026-w10"
        assert_found(issue, made)

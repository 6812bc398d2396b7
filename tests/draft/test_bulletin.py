"""The bulletin: one line for each item, under a heading for each theme."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digest.draft.check import check
from digest.draft.json import from_json, to_json
from digest.draft.read import read
from digest.draft.refresh import Plan, refresh
from digest.draft.write import entry_block, entry_to_markdown, to_markdown
from digest.model import Entry, Why
from tests.draft.making import KEYS, entry, issue

A, B, C, D = KEYS
THEMES = {"policy": "Law and policy"}


def line(key: str, *themes: str, version: int = 1) -> Entry:
    return replace(entry(key, version), tagline="", why=Why(), themes=themes)


def plan(*entries: Entry, **more: object) -> Plan:
    return Plan(issue(*entries), style="bulletin", themes=THEMES, **more)  # type: ignore[arg-type]


DRAFT = refresh(None, plan(line(A, "policy"), line(B, "simulation"), line(C, "policy"))).text


def test_entries_stand_under_their_themes() -> None:
    wanted = [
        line for line in DRAFT.splitlines() if line.startswith(("##", "**The", "***", "Thanks"))
    ]
    assert [words.split(" laboratory")[0] for words in wanted] == [
        "## Law and policy",
        f"**The {A}",
        f"**The {C}",
        "## Simulation",
        f"**The {B}",
        "***",
        "Thanks for reading!",
    ]
    assert "Tech Tales" not in DRAFT
    assert "style: bulletin" in DRAFT


def test_an_entry_is_one_line() -> None:
    (written,) = entry_to_markdown(line(A), "bulletin").splitlines()
    assert written.startswith("**The 4f21c0a9e1 laboratory grows a kettle that hums:** The authors")
    assert written.endswith(
        f"**Read more:** [Humming Kettles](https://kettle.example/{A}) (arXiv, pdf)."
    )


def test_it_is_read_as_it_was_written() -> None:
    found = read(DRAFT).issue
    assert [made.headline for made in found.entries[::3]] == ["Law and policy", "Simulation"]
    assert replace(found.entries[1], quotes=()) == line(A, "policy")
    assert to_markdown(found, "bulletin") == DRAFT
    assert to_markdown(from_json(to_json(found)), "bulletin") == DRAFT
    codes = {problem.code for problem in check(read(DRAFT), {})}
    assert codes == {"empty-slot", "unverified-quote"}


@pytest.mark.parametrize(
    "more", ["**Why this matters - steam:** It is hot.", "*…Wry…*", "More of it.\n\n- a\n- b"]
)
def test_what_an_editor_writes_below_the_line_stays(more: str) -> None:
    text = DRAFT.replace("<!-- /entry -->", f"\n{more}\n<!-- /entry -->", 1)
    found = read(text).issue
    again = read(to_markdown(found, "bulletin")).issue
    assert again.entries == found.entries
    assert all(word in to_markdown(found, "bulletin") for word in more.split())


def test_new_lines_go_under_their_heading() -> None:
    written = {
        key: [entry_block(line(key, theme), "bulletin")]
        for key, theme in ((A, "policy"), (B, "simulation"))
    }
    later = plan(
        line(A, "policy", version=2), line(D, "policy"), kept=(D,), written=written, known=(A, B, C)
    )
    done = refresh(DRAFT, later)
    assert done.rewritten == (A,)
    assert done.text.index(D) < done.text.index("## Simulation")
    assert refresh(done.text, later).text == done.text
    new = refresh(DRAFT, plan(line(D, "steam"), kept=(D,), known=(A, B, C))).text
    assert new.index("## Steam") > new.index("## Simulation")
    assert new.index(D) < new.index("***")
    first = refresh(refresh(None, plan()).text, plan(line(D, "steam"), kept=(D,))).text
    assert first == refresh(None, plan(line(D, "steam"))).text

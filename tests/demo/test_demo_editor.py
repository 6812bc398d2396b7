"""The demo's editor: she fills every slot and touches nothing else."""

from __future__ import annotations

import re

import pytest

from digest.demo.editor import Piece, Words, fill, words
from digest.demo.library import sites
from digest.errors import Refused

DRAFT = """---
issue: 2026-w12
title: "Paper 7: [[part: Ask]]; [[part: Towns]]"
subtitle: "[[subtitle: one line]]"
---

Welcome.

<!-- entry 4f21c0a9e1 kind=item themes=policy -->
## On the town of Parish:
*…[[tagline: one wry line; say on “bus”]]…*

The authors write: “Nothing is put back.”

**Why this matters - [[why: your thesis]]:** [[why: two or three sentences; the source says “x [y”]]

**Read more:** [On the town](https://a.example/) (arXiv).
<!-- /entry -->

***

<!-- entry 77b0aa -->
## Kettles:
*…[[tagline: a line]]…*

They write: “Water, but warmer \\[\\[sic]].” A roundup that names Parish.

**Why this matters:** [[why: yours]]
<!-- /entry -->

***

## Tech Tales:

**[[title: name]]**

*[[setting: when]]*

[[tale: it]]

**Things that inspired this story:** [[inspired: what]]
"""


def piece(about: str, **said: str) -> Piece:
    told = {name: f"{name} of {about}" for name in ("part", "headline", "tagline", "opening")}
    told |= {"thesis": f"thesis of {about}", "why": f"why of {about}"}
    return Piece(about=(about,), **{**told, **said})


SAID = Words(
    subtitle="A line",
    pieces=(piece("parish"), piece("Kettles", part="kettles")),
    tale={"title": "T", "setting": "[2041]", "tale": "Once.", "inspired": "Tea."},
)


def test_every_slot_is_filled_and_every_quotation_stays() -> None:
    filled = fill(DRAFT, SAID)
    assert not re.search(r"(?<!\\)\[\[", filled)
    for kept in ("“Nothing is put back.”", "“Water, but warmer \\[\\[sic]].”", "[On the town]"):
        assert kept in filled
    assert 'title: "Paper 7: Part of parish; kettles"' in filled
    assert "<!-- entry 4f21c0a9e1 kind=item themes=policy -->\n## headline of parish\n" in filled
    assert "*…tagline of parish…*\n\nopening of parish\n\nThe authors" in filled
    assert "**Why this matters - thesis of parish:** why of parish\n" in filled
    assert "**T**\n\n*[2041]*\n\nOnce.\n\n**Things that inspired this story:** Tea.\n" in filled
    assert filled.startswith("---\nissue: 2026-w12\n")
    assert 'subtitle: "A line"' in filled


def test_the_headline_speaks_before_the_text() -> None:
    # the second entry names Parish in its text alone, and is still about kettles
    assert "## headline of Kettles" in fill(DRAFT, SAID)


def test_a_story_without_words_is_refused_by_its_headline() -> None:
    with pytest.raises(Refused, match="Kettles"):
        fill(DRAFT, Words("", SAID.pieces[:1], SAID.tale))


def test_a_slot_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Refused, match="opinion: yours"):
        fill(DRAFT + "\n[[opinion: yours]]\n", SAID)


def test_a_draft_without_front_matter_is_refused() -> None:
    with pytest.raises(Refused, match="front matter"):
        fill(DRAFT.removeprefix("---\n"), SAID)


def test_there_are_words_for_the_strongest_stories() -> None:
    said = words()
    assert len(said.pieces) >= 8
    titles = [v.title for site in sites().values() for p in site.posts for v in p.versions]
    for one in said.pieces:
        assert any(one.fits(title) for title in titles), one.part
    tale = said.tale["tale"]
    assert 150 <= len(tale.split()) <= 250
    assert all("\n" not in paragraph for paragraph in tale.split("\n\n"))


def test_her_words_are_her_own() -> None:
    """Outside quotation marks, no twelve words in a row are those of a source."""

    def runs(text: str) -> set[tuple[str, ...]]:
        found = re.findall(r"\w+", re.sub("“[^”]*”", "", text).lower())
        return {tuple(found[n : n + 12]) for n in range(len(found) - 11)}

    theirs = set().union(
        *(runs(v.text) for site in sites().values() for p in site.posts for v in p.versions)
    )
    said = words()
    for one in said.pieces:
        for text in (one.headline, one.opening, one.thesis, one.why):
            assert not runs(text) & theirs, one.part
    assert not runs(said.tale["tale"]) & theirs

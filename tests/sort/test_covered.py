from __future__ import annotations

from datetime import date

from digest.model import Story
from digest.sort.covered import Past, address_names, covered
from tests.sort.make import item, paper

PAPER = paper("2606.01234", "Ladders: Self-Play Curricula for Theorem Proving")
POST = item("lab/1", "Our prover")
ITEMS = {PAPER.id: PAPER, POST.id: POST}
STORY = Story("aaaaaaaaaa", PAPER.title, (PAPER.id, POST.id))


def past(number: int = 1, key: str = "k", headline: str = "H:", *addresses: str) -> Past:
    return Past(f"n{number}", number, date(2026, 1, number), key, headline, addresses)


def test_an_entry_that_links_to_the_paper_in_any_form_is_about_it() -> None:
    hit = past(1, "k", "H:", "http://arxiv.org/pdf/2606.01234v3.pdf")
    assert covered(STORY, ITEMS, [hit, past(2, "k", "H:", "https://arxiv.org/abs/2606.09999")]) == [
        hit
    ]


def test_an_entry_made_of_the_story_is_about_it() -> None:
    assert covered(STORY, ITEMS, [past(key=STORY.id)])


def test_an_entry_that_names_a_title_in_full_is_about_it() -> None:
    assert covered(
        STORY, ITEMS, [past(headline="Ladders - self-play curricula for theorem proving")]
    )


def test_a_short_title_is_no_evidence() -> None:
    assert not covered(STORY, ITEMS, [past(headline="Our prover")])


def test_the_newest_comes_first() -> None:
    entries = [past(1, STORY.id), past(3, STORY.id), past(2, STORY.id)]
    assert [entry.number for entry in covered(STORY, ITEMS, entries)] == [3, 2, 1]


def test_addresses_that_lead_to_one_thing_have_one_name() -> None:
    same = ["https://arxiv.org/abs/2606.01234", "https://arxiv.org/pdf/2606.01234v2"]
    assert len(address_names(same)) == 1
    assert address_names(["https://doi.org/10.1000/XYZ"]) == {"doi:10.1000/xyz"}
    assert address_names(["", "https://www.example.org/a?utm_source=x"]) == address_names(
        ["https://www.example.org/a"]
    )

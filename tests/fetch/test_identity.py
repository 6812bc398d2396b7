"""Ids survive what feeds do to theirs: shared, missing and changing guids, moved addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from digest.fetch.identity import Sifted, distinct, fingerprint, item_id, sift
from digest.fetch.kinds import Gathered
from digest.fetch.parse import parse
from digest.model import Item, Link, SourceState
from tests.fetch.making import Memory, entry, rss


def read(*entries: str) -> tuple[Item, ...]:
    return parse(rss(*entries), url="https://lab.example/f", source_id="lab").items


def store(memory: Memory, items: Sequence[Item]) -> tuple[int, int]:
    """Sift and store; how many were new, how many edited."""
    sifted: Sifted = sift("lab", items, memory)
    changes = [found.change for found in sifted.found]
    kept = tuple(change.item for change in changes if change.kind != "same")
    memory.apply([Gathered("lab", SourceState("lab"), items=kept, ways=sifted.ways)])
    kinds = [change.kind for change in changes]
    return kinds.count("new"), kinds.count("edited")


def test_ids_are_readable_and_stable() -> None:
    assert (
        item_id("lab", "https://lab.example/1") == "lab/8bb6c8b3c3" or len(item_id("l", "x")) == 12
    )
    assert read(entry(1))[0].id == read(entry(0), entry(1))[1].id


def test_what_is_read_again_is_known(memory: Memory) -> None:
    assert store(memory, read(entry(1), entry(2))) == (2, 0)
    assert store(memory, read(entry(2), entry(1))) == (0, 0)
    assert store(memory, read(entry(1, "Other words."))) == (0, 1)
    assert len(memory.items) == 2


def test_a_shared_guid_does_not_make_one_of_several() -> None:
    found = read(*(entry(n, guid="same") for n in range(5)))
    assert len({item.id for item in found}) == 5
    assert [item.title for item in found] == [f"Item {n}" for n in range(5)]
    same_link = read(*(entry(n, guid="same", link="https://lab.example/") for n in range(3)))
    assert len({item.id for item in same_link}) == 3
    nameless = read(*(entry(1, f"text {n}", guid="", link="") for n in range(3)))
    assert len({item.id for item in nameless}) == 3


def test_ids_of_a_shared_guid_do_not_depend_on_the_others() -> None:
    first = read(*(entry(n, guid="same") for n in range(3)))
    later = read(*(entry(n, guid="same") for n in range(2, 5)))
    assert first[2].id == later[0].id


def test_the_last_of_a_shared_guid_is_still_itself(memory: Memory) -> None:
    store(memory, read(*(entry(n, guid="same") for n in range(3))))
    assert store(memory, read(entry(2, guid="same"))) == (0, 0)
    assert store(memory, read(entry(2, guid="same"), entry(7, guid="same"))) == (1, 0)


def test_the_same_entry_twice_is_one() -> None:
    assert len(read(entry(1), entry(1))) == 1


def test_one_guid_link_and_title_with_several_texts_is_one_item_that_says_all() -> None:
    [item] = read(
        entry(1, "<p>The older release.</p>", pubDate="Mon, 01 Jun 2026 10:00:00 GMT"),
        entry(1, "<p>The newer release.</p>", pubDate="Tue, 02 Jun 2026 10:00:00 GMT"),
        entry(1, "<p>The older release.</p>", pubDate="Sun, 31 May 2026 10:00:00 GMT"),
    )
    assert item.text == "The newer release.\n\nThe older release."
    assert "older" in item.html
    assert item.published is not None
    assert item.published.day == 2


def test_guids_that_change_each_time(memory: Memory) -> None:
    assert store(memory, read(*(entry(n, guid=f"a{n}") for n in range(5)))) == (5, 0)
    assert store(memory, read(*(entry(n, guid=f"b{n}") for n in range(5)))) == (0, 0)
    assert store(memory, read(entry(1, "Edited.", guid="c1"))) == (0, 1)
    assert store(memory, read(entry(1, "Edited.", guid="d1"))) == (0, 0)
    assert len(memory.items) == 5


def test_a_new_guid_at_an_old_link_with_other_words_is_another_item(memory: Memory) -> None:
    store(memory, read(entry(1, guid="a")))
    weekly = entry(1, "What else happened.", guid="b", title="Another week")
    assert store(memory, read(weekly)) == (1, 0)


def test_an_item_that_is_there_under_its_own_guid_is_nobody_elses(memory: Memory) -> None:
    store(memory, read(entry(1, guid="a")))
    assert store(memory, read(entry(1, guid="a"), entry(1, guid="b"))) == (1, 0)


def test_a_rewritten_address_is_an_edit(memory: Memory) -> None:
    store(memory, read(entry(1, guid="a")))
    assert store(memory, read(entry(1, guid="a", link="https://new.example/1"))) == (0, 1)
    [item] = memory.items.values()
    assert item.url == "https://new.example/1"


def test_the_fingerprint_is_blind_to_noise() -> None:
    [item] = read(
        entry(1, '<p class="x">See <a href="https://a.example/?utm_source=rss">a</a></p>')
    )
    [noisy] = read(entry(1, '<p id="y">See <a href="https://a.example/?utm_source=b">a</a></p>'))
    assert item.fingerprint == noisy.fingerprint
    assert fingerprint(replace(item, title="x")) != item.fingerprint
    assert fingerprint(replace(item, links=(Link("https://b.example/"),))) != item.fingerprint


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from("mn"), st.integers(0, 2)
        ),
        max_size=8,
    )
)
def test_no_id_is_given_twice_and_no_text_is_lost(parts: list[tuple[str, str, str, int]]) -> None:
    made = [
        Item(item_id("s", guid), "s", guid, f"https://{link}.example/", title, text=f"text{text}.")
        for guid, link, title, text in parts
    ]
    found = distinct(made)
    assert len({item.id for item in found}) == len(found)
    for item in made:
        assert any(
            (item.url, item.title) == (kept.url, kept.title) and item.text in kept.text
            for kept in found
        )

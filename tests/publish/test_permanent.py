from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.model import Entry
from digest.publish.permanent import keep_keys
from tests.publish import sample


def keys(before: list[Entry], now: list[Entry]) -> list[str]:
    return [entry.key for entry in keep_keys(before, now)]


def test_a_new_headline_changes_no_address() -> None:
    old = sample.entry("lowtide-builds")
    new = sample.entry("lowtide-did-not-build", headline="Lowtide did not build it:")
    assert keys([old, sample.entry("other", body="x")], [new]) == ["lowtide-builds"]


def test_another_text_is_another_entry() -> None:
    old = sample.entry("lowtide-builds")
    assert keys([old], [Entry("rain", "Rain:", body="It rains.")]) == ["rain"]


def test_an_entry_that_is_still_there_keeps_its_key_from_its_likes() -> None:
    old = sample.entry("one")
    assert keys([old], [sample.entry("two"), old]) == ["two", "one"]


def test_of_two_likenesses_the_greater_counts() -> None:
    old = Entry("old", "One two three four")
    near, nearer = Entry("near", "One two three five"), Entry("nearer", "One two three four six")
    assert keys([old], [near, nearer]) == ["near", "old"]


entries = st.lists(
    st.builds(Entry, st.sampled_from("abcdef"), st.sampled_from(["one two", "one two three", ""])),
    max_size=4,
    unique_by=lambda entry: entry.key,
)


@given(entries, entries)
def test_whatever_changed_no_key_is_there_twice_and_no_word_moves(
    before: list[Entry], now: list[Entry]
) -> None:
    found = keep_keys(before, now)
    assert len({entry.key for entry in found}) == len(now)
    assert [entry.headline for entry in found] == [entry.headline for entry in now]
    stayed = {entry.key for entry in before} & {entry.key for entry in now}
    assert all(new.key == old.key for new, old in zip(found, now, strict=True) if old.key in stayed)

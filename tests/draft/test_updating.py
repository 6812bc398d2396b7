"""What is new, merged into an entry that is the editor's."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.draft.blocks import cut
from digest.draft.merge import chunks, three_way
from digest.draft.refresh import Plan, refresh
from digest.draft.update import diff, update
from digest.draft.write import entry_block
from digest.errors import NotFound
from digest.model import ReadMore
from tests.draft.making import KEYS, entry, issue, thorough

A, B, *_ = KEYS
DRAFT = refresh(None, Plan(issue(entry(A), entry(B)))).text


def plan(now: object = None) -> Plan:
    made = [entry(A, 2), entry(B)]
    return Plan(issue(*made), (), (), {key: [entry_block(entry(key))] for key in (A, B)}, (A, B))


def test_the_editors_words_and_what_is_new_both_stay() -> None:
    text = DRAFT.replace("[[why: your thesis in a few words]]", "patience pays", 1)
    text = text.replace("*…[[tagline: one wry line, say on “humming kettles”]]…*", "*…Hm…*", 1)
    done = update(text, plan(), [A])
    assert done.text == text.replace("Kettle number 1 hums", "Kettle number 2 hums", 1)
    assert done.remembered == ((A, entry_block(entry(A, 2))),)
    assert done.conflicts == 0


def test_a_sentence_that_both_changed_is_left_to_the_editor() -> None:
    text = DRAFT.replace("hums at nine tones", "hums, they say, at nine tones", 1)
    done = update(text, plan(), [A])
    assert "hums, they say, at nine tones.”" in done.text
    assert "[[update: The authors write: “Kettle number 2 hums at nine tones.”]]" in done.text
    assert "They “show that steam follows the 4f21c0a9e1 rule”." in done.text
    assert done.conflicts == 1


def test_what_the_editor_deleted_stays_deleted() -> None:
    body = entry(A).body
    text = DRAFT.replace(f"{body}\n\n", "", 1)
    assert update(text, plan(), [A]).text == text


def test_an_untouched_entry_is_simply_rewritten() -> None:
    assert update(DRAFT, plan(), [A]).text == refresh(DRAFT, plan()).text


def test_line_ends_and_the_editors_marker_stay() -> None:
    text = DRAFT.replace("themes=simulation", "themes=policy", 1).replace("\n", "\r\n")
    done = update(text, plan(), [A])
    assert done.text == text.replace("Kettle number 1", "Kettle number 2", 1)


def test_a_link_in_conflict_keeps_its_address() -> None:
    old, new = (entry(A, read_more=(ReadMore("T", f"https://{host}.example/"),)) for host in "ab")
    made = Plan(issue(new), (), (), {A: [entry_block(old)]}, (A,))
    text = refresh(None, Plan(issue(old))).text.replace("[T](", "[My title](")
    done = update(text, made, [A]).text
    assert "[My title](https://a.example/)" in done
    assert "T (https://b.example/)" in done


def test_without_a_record_the_machines_words_stand_apart() -> None:
    text = DRAFT.replace("hums at nine tones", "sings at nine tones", 1)
    made = Plan(plan().issue, (), (), {}, (A, B))
    done = update(text, made, [A])
    assert "sings at nine tones" in done.text
    assert "[[update: " in done.text


def test_diff_shows_what_is_new() -> None:
    text = DRAFT.replace("[[why: your thesis in a few words]]", "patience pays", 1)
    shown = diff(text, plan(), [A, B]).splitlines()
    assert shown[0] == f"--- {A} before"
    assert [line[:1] for line in shown if "Kettle number" in line] == ["-", "+"]
    assert "patience" not in "".join(shown)
    assert diff(text, plan(), [B]) == ""


def test_unknown_entries_are_named() -> None:
    with pytest.raises(NotFound, match=f"its entries are {A}, {B}"):
        diff(DRAFT, plan(), ["nothing"])
    with pytest.raises(NotFound, match="no story"):
        update(DRAFT, Plan(issue()), [A])


SENTENCES = st.sampled_from(
    ["The kettle hums.", "It is cold.", "“Steam,” they write.", "[[why: two]]", "[[why: one]]",
     "Nine tones?", "**Read more:** [T](https://a.example/).", "- a point", "茶 is hot."]
)  # fmt: skip
PARAGRAPHS = st.lists(st.lists(SENTENCES, min_size=1, max_size=4).map(" ".join), max_size=5).map(
    lambda found: "\n\n".join(found) + "\n"
)


@thorough
@given(PARAGRAPHS, PARAGRAPHS, PARAGRAPHS)
def test_no_word_of_the_editors_is_lost(base: str, mine: str, theirs: str) -> None:
    merged = three_way(base, mine, theirs)
    added = Counter(mine.split()) - Counter(base.split())
    assert not added - Counter(merged.text.split())
    assert three_way(base, mine, base).text.split() == mine.split()
    assert three_way(base, base, theirs).text.split() == theirs.split()
    assert three_way(base, mine, mine).text.split() == mine.split()


@thorough
@given(*[st.lists(st.sampled_from("abcd"), max_size=8)] * 3)
def test_chunks_hold_everything_in_order(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    found = list(chunks(base, mine, theirs))
    assert [each for chunk in found for each in chunk.base] == base
    assert [each for chunk in found for each in chunk.mine] == mine
    assert [each for chunk in found for each in chunk.theirs] == theirs
    assert all(chunk.base == chunk.mine == chunk.theirs for chunk in found if chunk.stable)


def test_other_entries_stay_byte_for_byte() -> None:
    text = DRAFT.replace("hums at nine tones", "hums at 9 tones")
    done = update(text, plan(), [A])
    assert cut(done.text).entries[1].text == cut(text).entries[1].text

"""The rules of a refresh, one by one."""

from __future__ import annotations

import pytest

from digest.draft.blocks import cut
from digest.draft.refresh import Plan, refresh
from digest.draft.tale import empty_tale
from digest.draft.write import entry_block
from digest.errors import DraftError
from digest.model import Entry
from tests.draft.making import KEYS, entry, issue

A, B, C, D = KEYS


def first(*keys: str, **changes: object) -> str:
    return refresh(None, Plan(issue(*map(entry, keys), **changes))).text


def plan(
    *entries: Entry,
    kept: tuple[str, ...] = (),
    skipped: tuple[str, ...] = (),
    known: tuple[str, ...] = (A, B),
) -> Plan:
    written = {key: [entry_block(entry(key))] for key in (A, B)}
    return Plan(issue(*entries), kept, skipped, written, known)


def keys(text: str) -> list[str]:
    return [block.key for block in cut(text).entries]


def test_a_new_draft_holds_everything_and_is_remembered() -> None:
    done = refresh(None, Plan(issue(entry(A), entry(B)), skipped=(B,)))
    assert keys(done.text) == [A]
    assert done.remembered == ((A, entry_block(entry(A))),)
    assert done.added == (A,)


def test_an_untouched_entry_follows_its_sources() -> None:
    done = refresh(first(A, B), plan(entry(A, 2), entry(B)))
    assert done.text == first(A, B).replace(entry_block(entry(A)), entry_block(entry(A, 2)))
    assert done.rewritten == (A,)
    assert done.remembered == ((A, entry_block(entry(A, 2))),)


def test_white_space_is_not_a_touch() -> None:
    text = first(A, B).replace("The authors write:", "The authors\n  write:", 1)
    assert refresh(text, plan(entry(A), entry(B))).text == text
    assert entry_block(entry(A, 2)) in refresh(text, plan(entry(A, 2), entry(B))).text


def test_one_letter_is_a_touch() -> None:
    text = first(A, B).replace("hums at nine", "Hums at nine", 1)
    done = refresh(text, plan(entry(A, 2), entry(B)))
    assert done.text == text
    assert done.touched == (A,)
    retagged = first(A, B).replace("themes=simulation", "themes=policy", 1)
    assert refresh(retagged, plan(entry(A, 2), entry(B))).text == retagged


def test_any_text_that_the_machine_ever_wrote_is_untouched() -> None:
    written = {A: [entry_block(entry(A, 7)), entry_block(entry(A, 8))], B: []}
    stale = first(A, B).replace(entry_block(entry(A)), entry_block(entry(A, 7)))
    done = refresh(stale, Plan(issue(entry(A, 9), entry(B)), written=written, known=(A, B)))
    assert entry_block(entry(A, 9)) in done.text


def test_a_newly_kept_story_is_appended_before_the_coda() -> None:
    done = refresh(first(A, B), plan(entry(A), entry(B), entry(C), entry(D), kept=(D, C)))
    assert done.text == first(A, B, C, D)
    assert done.added == (C, D)


def test_only_kept_stories_are_appended() -> None:
    assert refresh(first(A), plan(entry(A), entry(C), known=(A,))).text == first(A)


@pytest.mark.parametrize("thanks", ["Thanks for reading!", "Until next week."])
def test_without_a_coda_before_the_thanks(thanks: str) -> None:
    made = {"coda": None, "thanks": thanks}
    later = plan(entry(A), entry(B), entry(C), kept=(C,))
    later = Plan(issue(entry(A), entry(B), entry(C), **made), (C,), (), later.written, (A, B))
    assert refresh(first(A, B, **made), later).text == first(A, B, C, **made)


def test_into_a_draft_without_entries() -> None:
    for made in ({}, {"coda": None}):
        later = Plan(issue(entry(C), **made), (C,))
        assert refresh(first(**made), later).text == first(C, **made)


def test_at_the_end_where_there_is_neither_coda_nor_thanks() -> None:
    bare = {"coda": None, "thanks": ""}
    later = Plan(issue(entry(A), entry(C), **bare), (C,), (), plan().written, (A,))
    assert refresh(first(A, **bare), later).text == first(A, C, **bare)
    assert refresh(first(A, **bare).rstrip(), later).text == first(A, C, **bare)


def test_behind_the_editors_own_entry() -> None:
    own = "## Mine alone:\n\nI wrote it.\n\n***\n\n## Tech Tales:"
    text = first(A).replace("## Tech Tales:", own)
    done = refresh(text, plan(entry(A), entry(C), kept=(C,), known=(A,)))
    assert done.text == text.replace("## Tech", f"{entry_block(entry(C))}\n\n***\n\n## Tech")


def test_before_a_coda_without_a_rule() -> None:
    text = first(A).replace("***\n\n## Tech", "## Tech")
    done = refresh(text, plan(entry(A), entry(C), kept=(C,), known=(A,)))
    assert done.text == text.replace("## Tech", f"***\n\n{entry_block(entry(C))}\n\n## Tech")


def test_a_skipped_story_goes_with_its_rule() -> None:
    for gone, left in (
        ((A,), (B, C)),
        ((B,), (A, C)),
        ((C,), (A, B)),
        ((A, B), (C,)),
        ((B, C), (A,)),
    ):
        later = Plan(
            issue(entry(A), entry(B), entry(C)),
            skipped=gone,
            written={key: [entry_block(entry(key))] for key in (A, B, C)},
            known=(A, B, C),
        )
        done = refresh(first(A, B, C), later)
        assert done.text == first(*left)
        assert done.removed == gone


def test_without_a_coda_the_rule_before_goes() -> None:
    bare = {"coda": None, "thanks": ""}
    later = Plan(issue(entry(A), entry(B), **bare), (), (B,), plan().written, (A, B))
    assert refresh(first(A, B, **bare), later).text.rstrip() == first(A, **bare).rstrip()


def test_a_touched_entry_stays_though_its_story_was_skipped() -> None:
    text = first(A, B).replace("Kettle number 1", "Kettle number one", 1)
    assert refresh(text, plan(entry(A), entry(B), skipped=(A,))).text == text


def test_what_was_deleted_stays_deleted() -> None:
    text = first(B)
    assert refresh(text, plan(entry(A), entry(B), kept=(A,), known=(A, B))).text == text
    assert keys(refresh(text, plan(entry(A), entry(B), kept=(A,), known=(B,))).text) == [B, A]


def test_line_ends_are_kept() -> None:
    text = first(A, B).replace("\n", "\r\n")
    done = refresh(text, plan(entry(A, 2), entry(B), entry(C), kept=(C,)))
    assert "\n" not in done.text.replace("\r\n", "")
    expected = first(A, B, C).replace(entry_block(entry(A)), entry_block(entry(A, 2)))
    assert done.text == expected.replace("\n", "\r\n")


def test_a_byte_order_mark_is_kept() -> None:
    text = "\ufeff" + first(A, B)
    assert refresh(text, plan(entry(A, 2), entry(B))).text.startswith("\ufeff---\n")


def test_damage_leaves_the_entry_to_the_editor_and_is_told() -> None:
    text = first(A, B).replace("<!-- /entry -->\n", "", 1)
    done = refresh(text, plan(entry(A, 2), entry(B, 2)))
    assert done.text == text.replace(entry_block(entry(B)), entry_block(entry(B, 2)))
    (warning,) = done.warnings
    assert warning.startswith("draft.md:13: the entry 4f21c0a9e1 is not closed")
    assert "is left as it is" in warning


def test_a_doubled_entry_is_the_editors() -> None:
    text = first(A, B).replace(entry_block(entry(B)), entry_block(entry(A)))
    done = refresh(text, plan(entry(A, 2), entry(B)))
    assert done.text == text
    assert "a second time" in done.warnings[0]


def test_front_matter_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(DraftError, match=r"draft\.md:3: the front matter is not YAML"):
        refresh(first(A).replace("issue: ", "issue: ["), plan(entry(A)))


def test_the_tale_is_never_written_again() -> None:
    text = first(A).replace("[[tale: ", "Once upon a time. [[tale: ")
    later = Plan(issue(entry(A, 2), coda=empty_tale()), (), (), plan().written, (A,))
    assert "Once upon a time." in refresh(text, later).text

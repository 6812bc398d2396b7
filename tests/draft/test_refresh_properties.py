"""Whatever an editor does to a draft: no word of theirs is lost, changed or moved by a refresh."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.draft.blocks import cut
from digest.draft.front import load_front
from digest.draft.refresh import Plan, Refreshed, refresh
from digest.draft.write import entry_block
from digest.errors import DraftError
from digest.markup.front import read_front
from tests.draft.making import KEYS, entry, issue, thorough


@pytest.fixture(autouse=True, scope="module")
def _each_front_matter_once() -> Iterator[None]:
    """Most examples have one of a few, and to read it each time is half of what a run costs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("digest.draft.front.read_front", lru_cache(1000)(read_front))
        yield


_MARKER_LINE = re.compile(r"^.*<!--.*entry.*-->.*$", re.MULTILINE)

# What people type and paste, and what programs put into text.
WORDS = st.sampled_from(
    [
        "kettle", " and so on ", "“quoted at length”", "it's", "—", "\t", "\u00a0", "***", "---",
        "```", "[[why: x]]", "<!--", "-->", "## A heading", "<b>", "&amp;", "é", "茶", "\u200b",
        "| a | b |", "[a link](https://x.example)", "- a point", "> said", "<!-- a note -->", "\\",
        "$x$", "1. one", "<!-- /entry -->", "<!-- entry 4f21c0a9e1 -->", "<!-- entry new -->",
        "## Tech Tales:", "Thanks for reading!", "<!– entry 00ab34cd56 –>",
    ]
)  # fmt: skip


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def retype(text: str, draw: st.DataObject) -> str:
    at = draw.draw(st.integers(0, len(text)))
    end = min(len(text), at + draw.draw(st.integers(0, 12)))
    return text[:at] + draw.draw(WORDS) + text[end:]


def new_line(text: str, draw: st.DataObject) -> str:
    lines = _lines(text)
    at = draw.draw(st.integers(0, len(lines)))
    return "".join([*lines[:at], draw.draw(WORDS) + "\n", *lines[at:]])


def delete_lines(text: str, draw: st.DataObject) -> str:
    lines = _lines(text)
    at = draw.draw(st.integers(0, max(0, len(lines) - 1)))
    return "".join([*lines[:at], *lines[at + draw.draw(st.integers(1, 6)) :]])


def move_lines(text: str, draw: st.DataObject) -> str:
    lines = _lines(text)
    start = draw.draw(st.integers(0, len(lines)))
    end = draw.draw(st.integers(start, min(len(lines), start + 12)))
    rest = lines[:start] + lines[end:]
    at = draw.draw(st.integers(0, len(rest)))
    return "".join([*rest[:at], *lines[start:end], *rest[at:]])


def copy_lines(text: str, draw: st.DataObject) -> str:
    lines = _lines(text)
    start = draw.draw(st.integers(0, len(lines)))
    end = draw.draw(st.integers(start, min(len(lines), start + 12)))
    at = draw.draw(st.integers(0, len(lines)))
    return "".join([*lines[:at], *lines[start:end], *lines[at:]])


def delete_marker(text: str, draw: st.DataObject) -> str:
    found = list(_MARKER_LINE.finditer(text))
    if not found:
        return text
    match = draw.draw(st.sampled_from(found))
    return text[: match.start()] + text[match.end() + draw.draw(st.integers(0, 1)) :]


def move_entry(text: str, draw: st.DataObject) -> str:
    blocks = [block.text for block in cut(text).blocks]
    found = [n for n, block in enumerate(cut(text).blocks) if block.kind == "entry"]
    if not found:
        return text
    moved = blocks.pop(draw.draw(st.sampled_from(found)))
    blocks.insert(draw.draw(st.integers(0, len(blocks))), moved)
    return "".join(blocks)


def delete_entry(text: str, draw: st.DataObject) -> str:
    found = cut(text).entries
    if not found:
        return text
    block = draw.draw(st.sampled_from(found))
    return text[: block.start] + text[block.end :]


def join_entries(text: str, draw: st.DataObject) -> str:
    return re.sub(r"<!-- /entry -->\s*\*\*\*\s*<!-- entry [^>]*-->\n", "", text, count=1)


def split_entry(text: str, draw: st.DataObject) -> str:
    return text.replace("\n\n**Why", "\n<!-- /entry -->\n\n<!-- entry half -->\n**Why", 1)


def fill_slots(text: str, draw: st.DataObject) -> str:
    return re.sub(
        r"\[\[[a-z]+.*?\]\]",
        lambda match: "A word of mine",
        text,
        count=draw.draw(st.integers(0, 5)),
    )


def reflow(text: str, draw: st.DataObject) -> str:
    return text.replace(" They ", draw.draw(st.sampled_from(["\nThey ", "  They ", " They\t"])))


def line_ends(text: str, draw: st.DataObject) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def word_processor(text: str, draw: st.DataObject) -> str:
    return text.replace("'", "’").replace("--", draw.draw(st.sampled_from(["–", "—", "--"])))


def pasted(text: str, draw: st.DataObject) -> str:
    """A few paragraphs as they come from a word processor or a mail."""
    lines = _lines(text)
    at = draw.draw(st.integers(0, len(lines)))
    words = draw.draw(
        st.sampled_from(
            [
                "\u201cWe\u00a0saw it,\u201d she said \u2013 twice.\u2028Then\ttea\u2026\n\n",
                "\u2022\tOne point\n\u2022\tAnother\n\n",
                "o  A point\r\n\r\nIt co\u2011operates\u200b.\r\n",
                "> On Monday, Ada wrote:\n> <!-- entry 4f21c0a9e1 -->\n> ## Hm\n",
                "\x0b\x0cA form feed, and a line tabulation.\n",
                "Dear all,\n\n---\n\nSee below.\n___\n",
            ]
        )
    )
    return "".join([*lines[:at], words, *lines[at:]])


def tabs(text: str, draw: st.DataObject) -> str:
    lines = _lines(text)
    at = draw.draw(st.integers(0, max(0, len(lines) - 1)))
    shift = draw.draw(st.sampled_from(["\t", "    ", "  "]))
    return "".join([*lines[:at], *(shift + line for line in lines[at : at + 3]), *lines[at + 3 :]])


def doubled(text: str, draw: st.DataObject) -> str:
    found = cut(text).entries
    if not found:
        return text
    block = draw.draw(st.sampled_from(found))
    return f"{text[: block.end]}\n***\n\n{block.text}{text[block.end :]}"


def front_matter(text: str, draw: st.DataObject) -> str:
    """What people write between the fences; the rest of the draft begins behind it."""
    line = draw.draw(st.sampled_from(["mood: good  # today", "# a comment", "tags: [a, b]"]))
    return text.replace("\ntitle:", f"\n{line}\ntitle:", 1)


def no_end(text: str, draw: st.DataObject) -> str:
    return text.rstrip()


def own_entry(text: str, draw: st.DataObject) -> str:
    return text.replace("\n***\n", "\n***\n\n## Mine alone\n\nI wrote this.\n\n***\n", 1)


EDITS: Sequence[Callable[[str, st.DataObject], str]] = (
    retype, new_line, delete_lines, move_lines, copy_lines, delete_marker, move_entry, delete_entry,
    join_entries, split_entry, fill_slots, reflow, line_ends, word_processor, no_end, own_entry,
    pasted, tabs, doubled,
)  # fmt: skip

FIRST = [entry(key) for key in KEYS[:3]]
DRAFT = refresh(None, Plan(issue(*FIRST))).text


def _later(draw: st.DataObject) -> Plan:
    """The next refresh: some entries say something new, some were skipped, one was newly kept."""
    changed = draw.draw(st.sets(st.sampled_from(KEYS[:3])))
    entries = [entry(key, 2 if key in changed else 1) for key in KEYS]
    return Plan(
        issue=issue(*entries),
        kept=draw.draw(st.sets(st.sampled_from(KEYS))),
        skipped=draw.draw(st.sets(st.sampled_from(KEYS), max_size=2)),
        written={each.key: [entry_block(each)] for each in FIRST},
        known=KEYS[:3],
    )


def _edited(draw: st.DataObject) -> str:
    """A draft's text, and what an editor made of everything behind its front matter."""
    return _with_edits(DRAFT, draw, most=5)


def _with_edits(text: str, draw: st.DataObject, most: int) -> str:
    for edit in draw.draw(st.lists(st.sampled_from(EDITS), max_size=most)):
        end = cut(text).blocks[0].end
        text = text[:end] + edit(text[end:], draw)
    if draw.draw(st.booleans()) and "mood:" not in text and "tags:" not in text:
        text = front_matter(text, draw)
    return text


def _editors_lines(text: str, plan: Plan) -> list[str]:
    """The lines that are not the machine's, with their ends; rules and blank lines aside."""
    machine = {
        " ".join(block.split())
        for block in [
            *(entry_block(each) for each in plan.issue.entries),
            *(each for texts in plan.written.values() for each in texts),
        ]
    }
    blocks = cut(text)
    kept = [
        block.text
        for block in blocks.blocks
        if not (block.kind == "entry" and " ".join(block.text.split()) in machine)
    ]
    lines = _lines("".join(part if part.endswith("\n") else part + "\n" for part in kept))
    return [line for line in lines if line.strip() and line.strip() not in ("***", "* * *")]


@thorough
@given(st.data())
def test_whatever_the_editor_does(draw: st.DataObject) -> None:
    text, plan = _edited(draw), _later(draw)
    done = refresh(text, plan)
    _all_rules_hold(text, plan, done)


@thorough
@given(st.data())
def test_whatever_the_editor_does_week_after_week(draw: st.DataObject) -> None:
    """Edits and refreshes in turn, with what is remembered between them as the program does it."""
    text = DRAFT
    written = {each.key: [entry_block(each)] for each in FIRST}
    known = set(KEYS[:3])
    versions = dict.fromkeys(KEYS, 1)
    for number in range(2, 2 + draw.draw(st.integers(1, 4))):
        text = _with_edits(text, draw, most=3)
        versions |= dict.fromkeys(draw.draw(st.sets(st.sampled_from(KEYS))), number)
        plan = Plan(
            issue=issue(*(entry(key, version) for key, version in versions.items())),
            kept=draw.draw(st.sets(st.sampled_from(KEYS))),
            skipped=draw.draw(st.sets(st.sampled_from(KEYS), max_size=1)),
            written={key: list(texts) for key, texts in written.items()},
            known=frozenset(known),
        )
        done = refresh(text, plan)
        _all_rules_hold(text, plan, done)
        for key, machine in done.remembered:
            written.setdefault(key, []).append(machine)
        text = done.text
        known = (known | (cut(text).keys & set(written))) - set(done.removed)


def _all_rules_hold(text: str, plan: Plan, done: Refreshed) -> None:
    _no_line_of_the_editors_is_lost_changed_or_moved(text, plan, done)
    _twice_equals_once(plan, done)
    _what_was_deleted_stays_deleted_and_order_stays(text, plan, done)
    _a_touched_entry_stays_byte_for_byte(text, done)
    assert len(done.warnings) == len(cut(text).faults)


def _no_line_of_the_editors_is_lost_changed_or_moved(
    text: str, plan: Plan, done: Refreshed
) -> None:
    assert _editors_lines(done.text, plan) == _editors_lines(text, plan)


def _twice_equals_once(plan: Plan, done: Refreshed) -> None:
    assert refresh(done.text, plan).text == done.text
    written = {key: list(texts) for key, texts in plan.written.items()}
    for key, machine in done.remembered:
        written.setdefault(key, []).append(machine)
    known = {*plan.known, *done.added} - set(done.removed)
    later = Plan(plan.issue, plan.kept, plan.skipped, written, known)
    assert refresh(done.text, later).text == done.text


def _what_was_deleted_stays_deleted_and_order_stays(text: str, plan: Plan, done: Refreshed) -> None:
    blocks = cut(text)
    after = [block.key for block in cut(done.text).entries]
    assert not (set(plan.known) - blocks.keys) & set(after)
    stayed = [block.key for block in blocks.entries if block.key not in done.removed]
    assert after == [*stayed, *done.added]


def _a_touched_entry_stays_byte_for_byte(text: str, done: Refreshed) -> None:
    after = [block.text.rstrip("\r\n") for block in cut(done.text).entries]
    for block in cut(text).entries:
        if block.key in done.touched:
            assert block.text.rstrip("\r\n") in after


@thorough
@given(st.data())
def test_without_a_record_every_entry_is_the_editors(draw: st.DataObject) -> None:
    text, plan = _edited(draw), _later(draw)
    lost = Plan(plan.issue, (), plan.skipped, {}, plan.known)
    assert refresh(text, lost).text == text


@thorough
@given(st.text(max_size=60), st.data())
def test_any_front_matter_is_kept_or_refused(noise: str, draw: st.DataObject) -> None:
    text = DRAFT
    at = draw.draw(st.integers(0, cut(text).blocks[0].end))
    text = text[:at] + noise + text[at:]
    plan = _later(draw)
    try:
        load_front(text, "draft.md")
    except DraftError:
        with pytest.raises(DraftError, match=r"draft\.md:\d+: "):
            refresh(text, plan)
        return
    end = cut(text).blocks[0].end
    assert refresh(text, plan).text[:end] == text[:end]

"""Lines under an entry that file rows in trackers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.draft.check import Habits, check
from digest.draft.json import from_json, to_json
from digest.draft.read import read
from digest.draft.rows import row_in, without_rows, write_row
from digest.draft.write import to_markdown
from digest.model import Tracked
from tests.draft.making import KEYS, entry, issue, thorough

A, B, *_ = KEYS
ROW = "+ tracker kettles: 2026 | A kettle that \\| hums | https://kettle.example/"
TRACKERS = {"kettles": ("year", "example", "link")}


def draft_with(line: str, before: str = "<!-- /entry -->") -> str:
    text = to_markdown(issue(entry(A), entry(B)))
    return text.replace(before, f"\n{line}\n{before}", 1)


def problems(text: str) -> list[tuple[int, str]]:
    found = check(read(text), {}, habits=Habits(trackers=TRACKERS))
    return [(one.line, one.message) for one in found if one.code == "tracker-row"]


def test_a_row_is_read_and_is_no_text() -> None:
    for place in ("<!-- /entry -->", "**Why this", "**Read more"):
        found = read(draft_with(ROW, place)).issue.entries[0]
        cells = ("2026", "A kettle that | hums", "https://kettle.example/")
        assert found.tracked == (Tracked("kettles", cells),)
        plain = read(to_markdown(issue(entry(A), entry(B)))).issue.entries[0]
        assert (found.body, found.why, found.read_more, found.extra) == (
            plain.body,
            plain.why,
            plain.read_more,
            plain.extra,
        )


def test_nothing_is_lost_on_the_way_to_markdown_and_json_and_back() -> None:
    found = read(draft_with(f"{ROW}\n{ROW.replace('2026', '2027')}")).issue
    assert len(found.entries[0].tracked) == 2
    assert read(to_markdown(found)).issue.entries == found.entries
    assert from_json(to_json(found)).entries == found.entries
    assert to_json(found)["entries"][0]["extra"].startswith("+ tracker kettles: 2026 | ")


def test_a_list_with_plus_signs_and_code_are_text() -> None:
    for text in ("+ a point\n+ another\n", f"```\n{ROW}\n```\n", f"\\{ROW}\n"):
        assert without_rows(text) == (text, ())


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("+ tracker pots: 2026 | a | b", "no tracker 'pots'"),
        ("+ tracker kettles: 2026 | a", "has 3 columns, this row 2"),
        ("+ tracker kettles: | | ", "is empty"),
        ("+ tracker kettles 2026 | a | b", "cannot be read"),
        ("+ Tracker", "cannot be read"),
    ],
)
def test_a_row_that_cannot_be_filed_is_told_with_its_line(line: str, says: str) -> None:
    text = draft_with(line)
    ((number, message),) = problems(text)
    assert says in message
    assert text.splitlines()[number - 1] == line


def test_sound_rows_are_no_problem_and_those_outside_entries_are() -> None:
    assert problems(draft_with(ROW)) == []
    ((_, message),) = problems(draft_with(ROW, "Thanks for reading!"))
    assert "outside the entries" in message


CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20).map(
    lambda text: " ".join(text.replace("\\", "/").split())
)


@thorough
@given(st.lists(CELLS, min_size=1, max_size=5))
def test_any_row_comes_back_from_its_line(cells: list[str]) -> None:
    row = Tracked("kettles", tuple(cells))
    assert row_in(write_row(row)) == row

from __future__ import annotations

import json
from typing import Any

import pytest

from digest.config.schema import Theme
from digest.errors import UsageError
from digest.sort.attempt import rank_lines, story_lines, tag_lines
from digest.sort.rows import item_of

HARBOUR: list[dict[str, Any]] = [
    {"id": 1, "title": "Storm shuts harbour of Port Sarn", "text": ""},
    {"id": "b", "title": "Port Sarn harbour closes after storm", "text": None, "published": 1e9},
    {"id": "c", "title": "Whales counted from orbit", "text": "", "links": ["https://x.example/"]},
]


def test_tags_are_listed_for_every_theme_as_json() -> None:
    themes = [
        Theme(id="sea", title="The sea", description="Harbours, storms and ships."),
        Theme(id="law", title="Law", description="Courts and statutes."),
    ]
    train = [{**row, "themes": ["sea"]} for row in HARBOUR[:2]]
    for labelled in (HARBOUR[:0], train):
        lines = list(tag_lines(HARBOUR, themes, labelled))
        assert [line["id"] for line in json.loads(json.dumps(lines))] == ["1", "b", "c"]
        assert all([tag["theme"] for tag in line["tags"]] == ["sea", "law"] for line in lines)
        assert set(lines[0]["tags"][0]) == {"theme", "score", "chosen", "evidence"}


def test_stories_come_in_the_order_of_the_rows() -> None:
    lines = list(story_lines(HARBOUR))
    assert [line["id"] for line in lines] == ["1", "b", "c"]
    assert lines[0]["story"] == lines[1]["story"] != lines[2]["story"]


def test_candidates_come_best_first_with_a_reason() -> None:
    picked = [{"id": f"p{n}", "title": f"Otters {n}", "text": "Rivers."} for n in range(5)]
    passed = [{"id": f"q{n}", "title": f"Lorries {n}", "text": "Roads."} for n in range(5)]
    rows = [
        {"id": "x", "title": "A lorry", "text": ""},
        {"id": "y", "title": "An otter", "text": ""},
    ]
    lines = list(rank_lines(rows, picked, passed))
    assert [line["id"] for line in lines] == ["y", "x"]
    assert lines[0]["score"] > lines[1]["score"]
    assert all(line["why"] for line in lines)
    assert list(rank_lines(rows, picked))
    assert {line["score"] for line in rank_lines(rows, [])} == {0.5}


def test_nothing_in_nothing_out() -> None:
    assert list(story_lines([])) == list(tag_lines([], [], [])) == list(rank_lines([], [])) == []


def test_rows_say_what_they_say_in_the_forms_that_people_use() -> None:
    row = {
        "id": "a",
        "url": "https://arxiv.org/abs/2606.01234v2",
        "published": "2026-06-24T12:00:00",
        "authors": "Ada Tarn, Bo Fell",
        "links": [{"url": "https://x.example/", "title": "x"}, "https://y.example/"],
    }
    one = item_of(row)
    assert one.kind == "paper"
    assert one.external_ids == {"arxiv": "2606.01234"}
    assert one.authors == ("Ada Tarn", "Bo Fell")
    assert one.published
    assert one.published.isoformat() == "2026-06-24T12:00:00+00:00"
    assert [link.url for link in one.links] == ["https://x.example/", "https://y.example/"]


@pytest.mark.parametrize("row", [{"title": "t"}, {"id": 1, "published": "yesterday"}])
def test_a_row_that_cannot_be_read_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        item_of(row)

"""Running lists: rows of issues, rows by hand, rows from a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from digest.markup.sheets import read_csv, write_csv
from tests.pipeline.conftest import Desk
from tests.pipeline.test_week import fill

ROW = "+ tracker kettles: 2026 | A kettle that hums | https://kettle.example/"


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A project with a tracker."""
    source = desk.folder / "sources.yaml"
    kettles = (
        "\ntrackers:\n  - {id: kettles, title: Kettles that hum, theme: policy,"
        " columns: [year, example, link]}\n"
    )
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("\ntrackers:\n", kettles), encoding="utf-8")
    return desk


def rows(desk: Desk) -> list[list[str]]:
    (found,) = desk.ask("tracker", "list", "kettles")
    return [list(row["cells"].values()) for row in found["rows"]]


def test_a_row_by_hand_and_one_from_a_story(shop: Desk) -> None:
    assert shop("tracker", "add", "kettles", "2025", "A first one", "https://a.example/")[0] == 0
    story = shop.ask("inbox")[0]
    shop("tracker", "add", "kettles", "--story", story["id"][:6])
    shop("tracker", "add", "kettles", "--story", story["id"], "In my words")
    found = rows(shop)
    assert found[0] == ["2025", "A first one", "https://a.example/"]
    assert found[1][0] == "2026"
    assert found[1][2] == story["items"][0]["url"]
    assert found[1][1] == story["items"][0]["title"]
    assert found[2][1] == "In my words"
    code, _, err = shop("tracker", "add", "kettles", "2025", "A  first one", "https://a.example/")
    assert code == 2
    assert "already" in err
    code, _, err = shop("tracker", "add", "kettles", "2025")
    assert code == 2
    assert "year, example, link" in err
    assert shop("tracker", "add", "pots", "x")[0] == 2


def test_a_list_is_imported_once_however_often(shop: Desk, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "\ufeffLink;Year;Example\r\nhttps://a.example/;2016;A search; for nets\r\n".replace(
            "A search; for nets", '"A search; for nets"'
        )
        + "https://b.example/;2017;Another\r\n\r\nhttps://b.example/;2017;Another\r\n",
        encoding="utf-8",
    )
    done = shop.ask("tracker", "import", "kettles", str(file))
    assert (len(done["added"]), done["known"]) == (2, 1)
    assert rows(shop)[0] == ["2016", "A search; for nets", "https://a.example/"]
    assert shop.ask("tracker", "import", "kettles", str(file))["added"] == []
    for text, line in (
        ("year,colour\n2016,red\n", 1),
        ("year,link\n2016,a,b\n", 2),
        ('year,link\n2016,"a\n', 2),
    ):
        file.write_text(text)
        code, _, err = shop("tracker", "import", "kettles", str(file))
        assert code == 2
        assert f"{file}:{line}: " in err
    assert len(rows(shop)) == 2
    number = shop.ask("tracker", "list", "kettles")[0]["rows"][0]["id"]
    assert shop("tracker", "remove", str(number))[0] == 0
    assert len(rows(shop)) == 1


def test_an_issue_files_its_rows_when_it_goes_out(shop: Desk) -> None:
    fill(shop)
    shop.edit("<!-- /entry -->", f"\n{ROW}\n<!-- /entry -->")
    assert rows(shop) == []
    done = shop.ask("publish")
    assert rows(shop) == [["2026", "A kettle that hums", "https://kettle.example/"]]
    assert "+ tracker" not in Path(done["page"]).read_text(encoding="utf-8")
    shop.ask("tracker", "list")
    (found,) = shop.ask("tracker", "list", "kettles")
    assert found["rows"][0]["issue"] == done["issue"]
    code, _, err = shop("tracker", "remove", str(found["rows"][0]["id"]))
    assert code == 2
    assert "--correct" in err
    draft = shop.folder / "data" / "drafts" / f"{done['issue']}.md"
    text = draft.read_text(encoding="utf-8").replace("that hums", "that sings")
    draft.write_text(text, encoding="utf-8")
    shop("publish", done["issue"], "--correct", "The kettle sings.")
    assert [row[1] for row in rows(shop)] == ["A kettle that sings"]
    shop("unpublish", done["issue"])
    assert rows(shop) == []


def test_what_is_scheduled_is_not_out_yet_and_a_twin_by_hand_is_shown_once(shop: Desk) -> None:
    fill(shop)
    shop.edit("<!-- /entry -->", f"\n{ROW}\n<!-- /entry -->")
    shop("tracker", "add", "kettles", "2026", "A kettle that hums", "https://kettle.example/")
    assert shop("publish", "--at", "2026-03-20T09:00")[0] == 0
    (found,) = shop.ask("tracker", "list", "kettles")
    assert [row["issue"] for row in found["rows"]] == [""]


def test_an_unknown_tracker_stands_in_the_way(shop: Desk) -> None:
    fill(shop)
    shop.edit("<!-- /entry -->", "\n+ tracker pots: 1 | 2\n<!-- /entry -->")
    found = [one for one in shop.ask("check")["problems"] if one["code"] == "tracker-row"]
    assert "no tracker 'pots'" in found[0]["message"]
    assert shop("publish")[0] == 3
    assert shop("publish", "--force")[0] == 0
    assert rows(shop) == []


def test_dump_and_load_carry_the_rows(shop: Desk, tmp_path: Path) -> None:
    shop("tracker", "add", "kettles", "2025", "A first one", "https://a.example/")
    assert shop("dump", str(tmp_path / "plain"))[0] == 0
    (shop.folder / "data" / "digest.db").unlink()
    for left in shop.folder.glob("data/digest.db-*"):
        left.unlink()
    assert shop("load", str(tmp_path / "plain"))[0] == 0
    assert rows(shop) == [["2025", "A first one", "https://a.example/"]]


def test_no_cell_is_a_formula_and_all_come_back() -> None:
    cells = ["=1+1", "+49", "@home", "-3", "'tis", "plain, with comma", 'and "marks"', ""]
    text = write_csv([["a"] * len(cells), cells])
    assert not re.search(r'(?:^|,)"?[=+@-]', text.split("\n")[1])
    assert read_csv(text)[1][1] == cells

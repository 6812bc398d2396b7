"""Trackers: sorted without a script, as data for programs, and nobody's code."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

from digest.publish import site
from digest.publish.templates import Templates
from digest.publish.values import Filed
from digest.publish.writer import Written
from tests.publish import sample

TEMPLATES = Templates()
HERE = "trackers/notebooks-kept/"


def build(*, rows: list[Filed] | None = None) -> dict[str, str]:
    found = sample.filed() if rows is None else rows
    files = site.build(
        sample.config(), [sample.published(12)], TEMPLATES, filed=found, pictures=False
    )
    return {
        path: body.decode()
        for path, body in files.items()
        if path.endswith((".html", ".xml", ".csv", ".json"))
    }


def column(page: str, place: int) -> list[str]:
    rows = re.findall(r"<tr>\n(.*?)</tr>", page.partition("<tbody>")[2], re.DOTALL)
    cells = [re.findall(r"<td>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [re.sub(r"<[^>]*>", "", row[place]) for row in cells]


def test_a_list_is_sorted_by_any_column_either_way() -> None:
    files = build()
    assert column(files[HERE + "index.html"], 0) == ["2026", "2016", "2,009", ""]
    assert column(files[HERE + "by-year/index.html"], 0) == ["2,009", "2016", "2026", ""]
    names = column(files[HERE + "by-example/index.html"], 1)
    assert names == sorted(names, key=str.casefold)
    assert column(files[HERE + "by-example-descending/index.html"], 1) == names[::-1]
    page = files[HERE + "index.html"]
    assert '<th scope="col" aria-sort="descending"><a href="../../trackers/' in page
    assert page.count("aria-sort") == 1


def test_however_it_is_sorted_it_is_one_page_to_search_engines() -> None:
    files = build()
    address = "https://harbour.example/letters/trackers/notebooks-kept/"
    for path, page in files.items():
        if path.startswith(HERE) and path.endswith(".html"):
            assert f'<link rel="canonical" href="{address}">' in page
    assert f"<loc>{address}</loc>" in files["sitemap.xml"]


def test_a_row_leads_to_the_entry_that_filed_it() -> None:
    page = build()[HERE + "index.html"]
    assert '<a href="../../issues/2026-w13/index.html#4f21c0a9e1">12<span class="unseen">' in page


def test_cells_are_text_and_run_nothing() -> None:
    files = build()
    page = files[HERE + "index.html"]
    assert "<b>nets</b>" not in page
    assert "<em>corrects</em>" in page
    assert 'href="javascript:' not in page
    assert (
        '<a href="https://lowtide.example/a-search?x=1&amp;y=2">lowtide.<wbr>example<span' in page
    )
    assert '<a href="https://lowtide.example/">the account</a>' in page
    rows = list(csv.reader(io.StringIO(files[HERE + "notebooks-kept.csv"])))
    assert rows[0] == ["year", "example", "link"]
    assert rows[4][1] == "'=1+1"


def test_programs_get_it_all() -> None:
    found = json.loads(build()[HERE + "notebooks-kept.json"])
    assert found["columns"] == ["year", "example", "link"]
    assert found["rows"][1]["issue"] == "2026-w13"
    assert found["rows"][0]["issue"] is None
    assert found["rows"][3]["cells"]["example"] == "=1+1"


def test_a_long_list_goes_over_several_pages() -> None:
    row = sample.filed()[0]
    rows = [replace(row, cells={**row.cells, "year": str(year)}) for year in range(1500, 1950)]
    files = build(rows=rows)
    assert column(files[HERE + "index.html"], 0)[0] == "1949"
    assert column(files[HERE + "3/index.html"], 0)[-1] == "1500"
    assert column(files[HERE + "by-year/2/index.html"], 0)[0] == "1700"
    assert 'aria-current="page">3<' in files[HERE + "3/index.html"]
    assert max(len(page) for path, page in files.items() if path.startswith(HERE)) < 100_000


def test_themes_and_the_footer_lead_to_trackers() -> None:
    files = build()
    assert 'href="../../trackers/notebooks-kept/index.html"' in files["themes/notebooks/index.html"]
    assert "notebooks-kept" not in files["themes/weather/index.html"]
    assert "Nothing has been filed yet" in files["trackers/empty-list/index.html"]
    assert 'href="trackers/index.html"' in files["index.html"]


def test_a_new_row_makes_only_the_pages_of_its_tracker_anew(tmp_path: Path) -> None:
    issues = [sample.published(12)]

    def updated(count: int) -> Written:
        rows = sample.filed()[:count]
        return site.update(site.shared(sample.config(), issues, TEMPLATES, rows), tmp_path)

    updated(3)
    written = updated(4)
    assert written.changed
    assert {path for path in written.changed if not path.startswith(HERE)} == {
        "trackers/index.html"
    }
    assert not updated(4).changed


def test_without_trackers_there_is_no_page_of_them() -> None:
    config = sample.config().model_copy(update={"trackers": ()})
    files = site.build(config, [sample.published(12)], TEMPLATES)
    assert not [path for path in files if path.startswith("trackers")]
    assert b"trackers" not in files["index.html"]

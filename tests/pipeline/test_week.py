"""The verbs together: what each leaves behind, and what it must not touch."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.pipeline.conftest import Desk


def fill(desk: Desk) -> None:
    """Replace every slot as a person in a hurry would."""
    text = desk.draft.read_text(encoding="utf-8")
    filled = re.sub(r"\[\[[a-z]+(?::[^\]]*)?\]\]", "Our own words here", text)
    desk.draft.write_text(filled, encoding="utf-8")


def test_a_second_run_changes_nothing(desk: Desk) -> None:
    before, draft = desk.counts(), desk.draft.read_bytes()
    site = {path: path.read_bytes() for path in (desk.folder / "data" / "site").rglob("*.*")}
    report = desk.ask("run")
    assert report["fetch"]["new"] == report["fetch"]["edited"] == 0
    assert report["fetch"]["not_modified"] > 8
    assert desk.counts() == before
    assert desk.draft.read_bytes() == draft
    assert {path: path.read_bytes() for path in site} == site
    assert report["build"]["changed"] == report["build"]["added"] == []


def test_a_source_that_fails_is_told_and_disturbs_no_other(fresh: Desk) -> None:
    report = fresh.ask("run")
    failed = [one for one in report["fetch"]["sources"] if one["error"]]
    assert [one["source_id"] for one in failed] == ["ember"]
    assert "500" in failed[0]["error"]
    assert report["fetch"]["new"] > 40
    assert report["needs"] == []


def test_a_source_that_has_failed_for_a_week_needs_a_person(fresh: Desk) -> None:
    assert fresh("run")[0] == 0
    fresh.move(fresh.now + timedelta(days=4))
    assert fresh("run")[0] == 0
    fresh.move(fresh.now + timedelta(days=4))
    code, _, err = fresh("run")
    assert code == 3
    assert "ember has failed since 2026-03-16" in err


def test_an_entry_that_was_touched_stays_and_the_others_follow(fresh: Desk) -> None:
    fresh.move(fresh.now - timedelta(days=4))
    fresh("run")
    first = re.search(r"## (.+:)\n", fresh.draft.read_text(encoding="utf-8"))
    assert first is not None
    fresh.edit(first[0], "## A headline of my own:\n")
    fresh.move(fresh.now + timedelta(days=1))
    done = fresh.ask("run")["draft"]
    text = fresh.draft.read_text(encoding="utf-8")
    assert "## A headline of my own:" in text
    assert len(done["touched"]) == 1
    assert done["touched"][0] not in done["rewritten"]
    again = fresh.ask("draft")
    assert not again["written"]
    assert fresh.draft.read_text(encoding="utf-8") == text


def test_a_file_saved_just_now_is_left_alone(desk: Desk) -> None:
    import os

    text = desk.draft.read_text(encoding="utf-8") + "\nA thought.\n"
    desk.draft.write_text(text, encoding="utf-8")
    moment = (desk.now - timedelta(minutes=10)).timestamp()
    os.utime(desk.draft, (moment, moment))
    done = desk.ask("draft")
    assert done["left_alone"]
    assert desk.draft.read_text(encoding="utf-8") == text


def test_deleted_entries_stay_deleted_and_kept_ones_come(desk: Desk) -> None:
    text = desk.draft.read_text(encoding="utf-8")
    block = re.search(r"<!-- entry (\w+).*?<!-- /entry -->\n\n\*\*\*\n\n", text, re.DOTALL)
    assert block is not None
    desk.draft.write_text(text.replace(block[0], ""), encoding="utf-8")
    desk("draft")
    assert block[1] not in desk.draft.read_text(encoding="utf-8")
    here = desk.ask("draft")["entries"]
    other = next(row for row in desk.ask("inbox") if row["id"] not in (*here, block[1]))
    desk("keep", other["id"][:6])
    assert desk.ask("draft")["added"] == [other["id"]]
    desk("skip", other["id"][:6])
    assert desk.ask("draft")["removed"] == [other["id"]]


def test_a_damaged_draft_is_neither_checked_nor_published(desk: Desk) -> None:
    desk.edit("<!-- /entry -->", "")
    text = desk.draft.read_bytes()
    for verb in ("check", "publish"):
        code, _, err = desk(verb)
        assert code == 2
        assert re.search(rf"{re.escape(str(desk.draft))}:\d+: ", err)
        assert desk.draft.read_bytes() == text
    assert desk.rows("SELECT count(*) FROM snapshots") == [(0,)]
    assert desk("run")[0] == 3


def test_check_ends_with_three_until_the_slots_are_filled(desk: Desk) -> None:
    code, out, _ = desk("check")
    assert code == 3
    assert f"{desk.draft}:" in out
    assert "empty-slot" in {one["code"] for one in desk.ask("check")["problems"]}
    fill(desk)
    assert "empty-slot" not in {one["code"] for one in desk.ask("check")["problems"]}


def test_a_quote_that_is_not_in_its_source_is_found(desk: Desk) -> None:
    fill(desk)
    assert desk("check")[0] == 0
    quoted = re.search(r"“([^”]{60,}?)”", desk.draft.read_text(encoding="utf-8"))
    assert quoted is not None
    words = quoted[1].split()
    desk.edit(quoted[1], " ".join([*words[:4], "never", *words[4:]]))
    problems = desk.ask("check")["problems"]
    assert [one["code"] for one in problems if one["severity"] == "error"] == ["unverified-quote"]


def test_publishing_is_refused_while_there_are_errors_and_can_be_forced(desk: Desk) -> None:
    code, _, err = desk("publish")
    assert code == 3
    assert "stand in the way" in err
    assert desk.rows("SELECT count(*) FROM snapshots") == [(0,)]
    code, _, err = desk("publish", "--force")
    assert code == 0
    assert "published in spite of" in err


def test_what_is_published_is_the_file_word_for_word_and_only_once(desk: Desk) -> None:
    fill(desk)
    done = desk.ask("publish")
    page = Path(done["page"]).read_text(encoding="utf-8")
    assert "Our own words here" in page
    draft = desk.folder / "data" / "drafts" / f"{done['issue']}.md"
    assert "\nstatus: published\n" in draft.read_text(encoding="utf-8")
    assert desk.ask("publish", done["issue"])["issue"] == done["issue"]
    assert desk.rows("SELECT count(*) FROM snapshots") == [(1,)]
    assert desk.ask("build")["changed"] == []
    following = desk.ask("status")["issue"]
    assert following["number"] == done["number"] + 1
    assert following["window"].startswith("2026-03-16/")


def test_every_quote_of_a_published_issue_knows_its_place(desk: Desk) -> None:
    fill(desk)
    desk("publish")
    rows = desk.rows(
        "SELECT q.text, substr(i.text, q.span_start + 1, q.span_end - q.span_start)"
        " FROM quotes q JOIN items i ON i.id = q.item_id WHERE q.version = i.version"
    )
    assert len(rows) >= 8
    for said, stored in rows:
        letters = [re.sub(r"\W+", "", words).casefold() for words in (said, stored)]
        assert letters[0] == letters[1]


def test_an_issue_can_be_skipped(desk: Desk) -> None:
    first = desk.ask("status")["issue"]["id"]
    assert desk.ask("skip-issue")["status"] == "skipped"
    assert desk.ask("status")["issue"]["id"] != first
    assert desk("publish", first)[0] == 2


def test_an_issue_is_named_by_id_number_or_path(desk: Desk) -> None:
    issue = desk.ask("status")["issue"]
    for name in (issue["id"], str(issue["number"]), issue["draft"]):
        assert desk.ask("check", name)["issue"] == issue["id"]
    code, _, err = desk("check", "1999-w01")
    assert code == 2
    assert "no issue" in err


def test_a_page_found_elsewhere_goes_straight_into_the_inbox(desk: Desk) -> None:
    url = desk.rows("SELECT url FROM items WHERE source_id = 'moss' ORDER BY published LIMIT 1")
    address = f"{url[0][0]}"
    added = desk.ask("add", address, "--note", "for the essay", "--theme", "policy")
    row = next(
        row for row in desk.ask("inbox", "--limit", "200") if row["id"] == added[0]["story_id"]
    )
    assert row["decision"] == "keep"
    assert row["notes"] == ["for the essay"]
    assert row["themes"] == ["policy"]
    paper = desk.rows("SELECT id FROM items WHERE id LIKE 'arxiv:%' LIMIT 1")[0][0]
    again = desk.ask("add", f"https://arxiv.org/abs/{paper.removeprefix('arxiv:')}")
    assert again[0]["item_id"] == paper


@pytest.mark.parametrize("address", ["ftp://example.org/a", "nonsense", "file:///etc/passwd"])
def test_only_addresses_of_the_web_are_added(desk: Desk, address: str) -> None:
    code, _, err = desk("add", address)
    assert code == 2
    assert "https://" in err


def test_decisions_are_taken_back_and_never_erased(desk: Desk) -> None:
    story = desk.ask("inbox")[0]["id"]
    desk("keep", story)
    assert desk.ask("undo")["undone"] == "keep"
    assert desk.ask("inbox")[0]["decision"] == ""
    assert desk.rows("SELECT verb FROM decisions ORDER BY id") == [("keep",), ("undo",)]
    assert desk("undo")[0] == 2
    assert desk("keep", "zzzz")[0] == 2
    assert desk("note", story, " ")[0] == 2


def test_the_inbox_can_be_asked_for_a_theme_and_for_proof(desk: Desk) -> None:
    rows = desk.ask("inbox", "--theme", "policy")
    assert rows
    assert all("policy" in row["themes"] for row in rows)
    proof = desk.ask("inbox", "--why", rows[0]["id"])
    assert {tag["theme"] for tag in proof["tags"]} == {"self-improvement", "simulation", "policy"}
    assert all(tag["evidence"] for tag in proof["tags"])
    assert desk("inbox", "--theme", "cooking")[0] == 2
    assert rows[0]["title"] in desk("inbox", "--why", rows[0]["id"])[1]


def test_words_are_found_with_their_place(desk: Desk) -> None:
    hits = desk.ask("search", "labelling")
    assert hits
    assert "label" in desk("search", "labelling")[1].lower()
    assert "Nothing stored" in desk("search", "zyzzyva")[1]


def test_the_state_of_a_project_is_told_in_text_and_in_json(fresh: Desk) -> None:
    assert fresh("status")[0] == 2
    fresh("run")
    shown = fresh("status")[1]
    assert "failed once since 2026-03-16 08:00: the server has a defect (500)" in shown
    status = fresh.ask("status")
    assert status["counts"]["items"] == sum(status["kinds"].values())
    assert status["runs"][0]["exit_code"] == 0


def test_a_source_can_be_fetched_by_name_and_a_wrong_name_has_a_nearest(fresh: Desk) -> None:
    report = fresh.ask("fetch", "tallow")
    assert [one["source_id"] for one in report["sources"]] == ["tallow"]
    code, _, err = fresh("fetch", "talow")
    assert code == 2
    assert "'tallow'" in err


def test_a_database_of_a_newer_version_is_refused_and_not_touched(desk: Desk) -> None:
    import sqlite3

    path = desk.folder / "data" / "digest.db"
    with sqlite3.connect(path) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " SELECT migration_set, '9999_later', applied_at FROM _sqlite_migrations LIMIT 1"
        )
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    before = path.read_bytes()
    code, _, err = desk("run")
    assert code == 2
    assert "newer" in err
    assert path.read_bytes() == before


def test_a_mistake_in_the_file_changes_nothing(fresh: Desk) -> None:
    path = fresh.folder / "sources.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("weekday:", "wekday:"), "utf-8")
    code, out, err = fresh("run", "--json")
    assert code == 2
    assert re.search(r"sources\.yaml:\d+", err)
    assert "weekday" in err
    assert json.loads(out)["exit_code"] == 2
    assert not (fresh.folder / "data").exists()


def test_a_second_run_at_the_same_time_says_so_and_ends_with_zero(desk: Desk) -> None:
    from digest.operate.lock import held

    with held(desk.folder / "data" / "run.lock"):
        code, _, err = desk("run")
    assert code == 0
    assert "another run" in err


def test_merged_stories_stay_merged_and_can_be_parted_again(desk: Desk) -> None:
    first, second = (row["id"] for row in desk.ask("inbox")[:2])
    items = desk.rows(f"SELECT count(*) FROM story_items WHERE story_id IN ('{first}', '{second}')")
    merged = desk.ask("merge", first, second)
    assert merged["id"] in (first, second)
    assert len(merged["items"]) == items[0][0]
    other = second if merged["id"] == first else first
    assert desk.ask("inbox", "--why", other)["row"]["id"] == merged["id"]
    desk.rows("SELECT 1")
    desk.move(desk.now + timedelta(days=1))
    desk("run")
    assert len(desk.ask("inbox", "--why", merged["id"])["row"]["items"]) >= items[0][0]
    desk("undo")
    parted = {len(desk.ask("inbox", "--why", key)["row"]["items"]) for key in (first, second)}
    assert all(count < items[0][0] for count in parted)


def test_items_taken_out_of_a_story_stay_out(desk: Desk) -> None:
    row = next(row for row in desk.ask("inbox") if len(row["items"]) > 3)
    taken = row["items"][-1]["id"]
    apart = desk.ask("split", row["id"], taken)
    assert [item["id"] for item in apart["items"]] == [taken]
    desk.move(desk.now + timedelta(days=1))
    desk("run")
    left = desk.ask("inbox", "--why", row["id"])["row"]["items"]
    assert taken not in {item["id"] for item in left}
    assert desk("split", row["id"], "no-such-item")[0] == 2
    assert desk("split", row["id"], *(item["id"] for item in left))[0] == 2


def test_the_editors_themes_outweigh_the_tags(desk: Desk) -> None:
    story = desk.ask("inbox")[0]["id"]
    assert desk("retheme", story, "policy")[0] == 0
    assert story in {row["id"] for row in desk.ask("inbox", "--theme", "policy")}
    assert desk("retheme", story, "cooking")[0] == 2


def test_a_draft_begun_on_a_poor_day_is_filled_up_later(fresh: Desk) -> None:
    source = fresh.folder / "sources.yaml"
    whole = source.read_text(encoding="utf-8")
    source.write_text(whole.replace(str(fresh.web.port), "9"), encoding="utf-8")
    code, _, err = fresh("run")
    assert code == 3
    assert "is there a network?" in err
    assert fresh.ask("draft")["entries"] == []
    source.write_text(whole, encoding="utf-8")
    fresh.move(fresh.now + timedelta(days=2))
    done = fresh.ask("run")["draft"]
    assert len(done["entries"]) == 5
    assert fresh.ask("draft")["entries"] == done["entries"]


def test_a_round_begins_the_next_draft_only_when_its_window_is_nearly_full(desk: Desk) -> None:
    fill(desk)
    desk("publish")
    desk.move(desk.now + timedelta(days=1))
    assert desk.ask("run")["draft"] is None
    desk.move(desk.now + timedelta(days=2))
    assert desk.ask("run")["draft"]["entries"]


def test_an_issue_without_entries_is_not_published(desk: Desk) -> None:
    text = desk.draft.read_text(encoding="utf-8")
    text = re.sub(r"<!-- entry .*<!-- /entry -->", "", text, flags=re.DOTALL)
    desk.draft.write_text(text, encoding="utf-8")
    fill(desk)
    assert "no-entries" in {one["code"] for one in desk.ask("check")["problems"]}
    assert desk("publish")[0] == 3


def test_a_style_that_there_is_none_of_is_found_before_fetching(fresh: Desk) -> None:
    source = fresh.folder / "sources.yaml"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("style: import-ai", "style: imprt-ai"), encoding="utf-8")
    code, _, err = fresh("run")
    assert code == 2
    assert "imprt-ai" in err
    assert fresh.rows("SELECT count(*) FROM items") == [(0,)]


def test_a_folder_where_a_file_is_meant_is_the_machines_fault(desk: Desk) -> None:
    shutil.rmtree(desk.folder / "data" / "drafts")
    (desk.folder / "data" / "drafts").write_text("")
    assert desk("draft")[0] == 4

"""From draft to scheduled to published to corrected, and back."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.pipeline.conftest import Desk
from tests.pipeline.test_week import fill

TUESDAY = "2026-03-17T09:00"


def site(desk: Desk) -> dict[str, bytes]:
    """Every file of the site but its manifest."""
    folder = desk.folder / "data" / "site"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


@pytest.fixture
def ready(desk: Desk) -> Desk:
    """A project whose open issue could go out."""
    fill(desk)
    return desk


def own_draft(desk: Desk, issue: str) -> Path:
    return desk.folder / "data" / "drafts" / f"{issue}.md"


def change(desk: Desk, issue: str, old: str, new: str) -> None:
    path = own_draft(desk, issue)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def pieces(desk: Desk) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(site(desk)["feed.json"])["items"]
    return found


# -------------------------------------------------------------------------------------- scheduled


def test_what_is_scheduled_is_nowhere_until_the_first_run_after_its_time(ready: Desk) -> None:
    before = site(ready)
    done = ready.ask("publish", "--at", TUESDAY)
    issue = done["issue"]
    assert (done["status"], done["at"]) == ("scheduled", "2026-03-17T09:00:00Z")
    assert "\nstatus: scheduled\n" in own_draft(ready, issue).read_text(encoding="utf-8")
    assert site(ready) == before
    ready.move(ready.now + timedelta(hours=20))
    ready("run")
    assert site(ready) == before
    assert not Path(done["page"]).exists()
    assert not any(issue.encode() in body for body in site(ready).values())
    mail = ready.folder / "data" / "mail"
    assert not list(mail.glob("20*"))
    ready.move(datetime.fromisoformat(f"{TUESDAY}:00+00:00") + timedelta(minutes=7))
    report = ready.ask("run")
    assert report["published"] == [issue]
    assert report["needs"] == []
    assert {path.name for path in mail.glob("20*")} == {
        f"{issue}.{kind}" for kind in ("eml", "html", "txt")
    }
    assert [one["issue"] for one in report["build"]["mails"]] == [issue]
    assert "Our own words here" in Path(done["page"]).read_text(encoding="utf-8")
    assert issue.encode() in site(ready)["sitemap.xml"]
    assert [one["date_published"] for one in pieces(ready)] == ["2026-03-17T09:07:00Z"]
    assert pieces(ready)[0]["date_modified"] == "2026-03-17T09:07:00Z"
    assert "\nstatus: published\n" in own_draft(ready, issue).read_text(encoding="utf-8")
    after = site(ready)
    assert ready.ask("run")["published"] == []
    assert site(ready) == after


def test_the_first_publish_after_the_time_lets_it_out_and_nothing_else(ready: Desk) -> None:
    issue = ready.ask("publish", "--at", TUESDAY)["issue"]
    assert ready("build")[0] == 0
    assert not pieces(ready)
    ready.move(ready.now + timedelta(days=2))
    done = ready.ask("publish")
    assert (done["issue"], done["status"], done["released"]) == (issue, "published", [issue])
    assert len(pieces(ready)) == 1
    assert ready.ask("status")["published"] == [issue]


def test_building_lets_nothing_out(ready: Desk) -> None:
    ready("publish", "--at", TUESDAY)
    before = site(ready)
    ready.move(ready.now + timedelta(days=2))
    assert ready("build")[0] == 0
    assert site(ready) == before


def test_a_time_without_a_zone_is_the_newsletters(ready: Desk) -> None:
    path = ready.folder / "sources.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"timezone: .*", "timezone: Asia/Tokyo", text), encoding="utf-8")
    assert ready.ask("publish", "--at", TUESDAY)["at"] == "2026-03-17T00:00:00Z"
    again = ready.ask("publish", ready.ask("status")["scheduled"][0]["id"], "--at", f"{TUESDAY}Z")
    assert again["at"] == "2026-03-17T09:00:00Z"
    assert ready.rows("SELECT count(*) FROM snapshots") == [(1,)]


def test_a_scheduled_issue_is_told_of_and_makes_room_for_the_next(ready: Desk) -> None:
    held = ready.ask("draft")["entries"]
    issue = ready.ask("publish", "--at", TUESDAY)["issue"]
    status = ready.ask("status")
    assert [one["id"] for one in status["scheduled"]] == [issue]
    assert f"scheduled    {issue}" in ready("status")[1]
    assert status["published"] == []
    assert status["issue"]["id"] != issue
    assert not set(ready.ask("draft")["entries"]) & set(held)
    assert not {row["id"] for row in ready.ask("inbox", "--limit", "200")} & set(held)
    assert ready("draft", issue)[0] == 2
    assert ready("skip-issue", issue)[0] == 2


@pytest.mark.parametrize("moment", ["2026-03-16T08:00", "2020-01-01", "tomorrow"])
def test_only_a_time_to_come_will_do(ready: Desk, moment: str) -> None:
    assert ready("publish", "--at", moment)[0] == 2
    assert ready.rows("SELECT count(*) FROM snapshots") == [(0,)]


def test_what_has_errors_is_not_scheduled(desk: Desk) -> None:
    assert desk("publish", "--at", TUESDAY)[0] == 3
    assert desk.ask("status")["scheduled"] == []


def test_a_draft_that_changed_since_it_was_scheduled_needs_a_person(ready: Desk) -> None:
    issue = ready.ask("publish", "--at", TUESDAY)["issue"]
    change(ready, issue, "Our own words here", "Other words")
    code, _, err = ready("run")
    assert code == 3
    assert f"digest publish {issue} --at 2026-03-17T09:00:00Z" in err
    ready.move(ready.now + timedelta(days=2))
    code, _, err = ready("run")
    assert code == 3
    assert "went out as it was scheduled" in err
    page = site(ready)[f"issues/{issue}/index.html"]
    assert b"Our own words here" in page
    assert b"Other words" not in page
    assert "Other words" in own_draft(ready, issue).read_text(encoding="utf-8")
    assert ready("run")[0] == 0


def test_scheduling_again_takes_what_the_draft_says_now(ready: Desk) -> None:
    issue = ready.ask("publish", "--at", TUESDAY)["issue"]
    change(ready, issue, "Our own words here", "Other words")
    assert ready("publish", issue, "--at", "2026-03-18")[0] == 0
    ready.move(ready.now + timedelta(days=1, hours=12))
    assert ready.ask("run")["published"] == []
    ready.move(ready.now + timedelta(days=1))
    assert ready.ask("run")["published"] == [issue]
    assert b"Other words" in site(ready)[f"issues/{issue}/index.html"]


def test_a_scheduled_issue_can_go_out_at_once(ready: Desk) -> None:
    issue = ready.ask("publish", "--at", TUESDAY)["issue"]
    assert ready.ask("publish", issue)["status"] == "published"
    assert ready.rows("SELECT count(*) FROM snapshots") == [(1,)]
    assert ready.ask("status")["scheduled"] == []
    assert len(pieces(ready)) == 1


def test_a_scheduled_issue_that_cannot_go_out_needs_a_person_and_holds_up_no_other(
    ready: Desk,
) -> None:
    first = ready.ask("publish")
    fill_next(ready)
    second = ready.ask("publish", "--force", "--at", "2026-03-26T09:00")["issue"]
    change(ready, second, f"number: {first['number'] + 1}", f"number: {first['number']}")
    assert ready("publish", second, "--force", "--at", "2026-03-26T10:00")[0] == 0
    ready.move(ready.now + timedelta(days=11))
    code, _, err = ready("run")
    assert code == 3
    assert f"issue {second} was to go out at 2026-03-26 10:00Z" in err
    assert f"is that of issue {first['issue']}" in err
    code, _, err = ready("publish")
    assert code == 3
    assert f"issue {second} was to go out" in err
    assert len(pieces(ready)) == 1
    assert ready.ask("status")["scheduled"][0]["id"] == second


def fill_next(desk: Desk) -> None:
    """Begin the next issue, and fill it."""
    desk.move(desk.now + timedelta(days=3))
    desk("run")
    desk("draft")
    fill(desk)


def test_a_draft_that_was_lost_changes_nothing(ready: Desk) -> None:
    issue = ready.ask("publish", "--at", TUESDAY)["issue"]
    own_draft(ready, issue).unlink()
    ready.move(ready.now + timedelta(days=2))
    report = ready.ask("run")
    assert (report["published"], report["needs"]) == ([issue], [])


# -------------------------------------------------------------------------------------- corrected


def test_a_correction_is_dated_and_keeps_what_was_there(ready: Desk) -> None:
    issue = ready.ask("publish")["issue"]
    first = pieces(ready)[0]
    ready.move(ready.now + timedelta(days=1))
    change(ready, issue, "Our own words here", "Better words")
    code, _, err = ready("publish", issue)
    assert code == 2
    assert "--correct" in err
    done = ready.ask("publish", issue, "--correct", "A word was wrong & is not.")
    assert done["correction"] == "A word was wrong & is not."
    page = site(ready)[f"issues/{issue}/index.html"].decode()
    assert 'Corrected <time datetime="2026-03-17">' in page
    assert "A word was wrong &amp; is not." in page
    assert "Better words" in page
    second = pieces(ready)[0]
    assert [second[key] for key in ("id", "url", "date_published")] == [
        first[key] for key in ("id", "url", "date_published")
    ]
    assert second["date_modified"] == "2026-03-17T08:00:00Z" != first["date_modified"]
    kept = ready.rows("SELECT markdown FROM snapshots ORDER BY number")
    assert len(kept) == 2
    assert "Better words" not in kept[0][0]
    after = site(ready)
    ready.move(ready.now + timedelta(days=1))
    assert ready("publish", issue, "--correct", "A word was wrong & is not.")[0] == 0
    assert ready("build")[0] == 0
    assert site(ready) == after


def test_a_correction_needs_something_to_correct_and_a_word_on_it(ready: Desk) -> None:
    assert ready("publish", "--correct", "x")[0] == 2
    issue = ready.ask("publish")["issue"]
    assert ready("publish", issue, "--correct", "x")[0] == 2
    change(ready, issue, "Our own words here", "Better words")
    assert ready("publish", issue, "--correct", " ")[0] == 2
    assert ready("publish", issue, "--at", TUESDAY)[0] == 2
    assert ready.rows("SELECT count(*) FROM snapshots") == [(1,)]


def test_an_older_issue_can_be_corrected(ready: Desk) -> None:
    issue = ready.ask("publish")["issue"]
    fill_next(ready)
    assert ready("publish", "--force")[0] == 0
    change(ready, issue, "Our own words here", "Better words")
    code, _, err = ready("publish", issue, "--correct", "A word.")
    assert code == 0, err
    assert [one["date_published"][:10] for one in pieces(ready)] == ["2026-03-19", "2026-03-16"]


def test_no_address_changes_with_the_title_or_a_headline(ready: Desk) -> None:
    ready.edit("***", "***\n\n## Something of my own:\n\nA text that nobody fed us.\n\n***")
    done = ready.ask("publish", "--force")
    page = Path(done["page"])
    anchors = re.findall(r'<section class="entry \w+" id="([^"]+)"', page.read_text("utf-8"))
    assert "something-of-my-own" in anchors
    change(ready, done["issue"], "## Something of my own:", "## A better headline:")
    path = own_draft(ready, done["issue"])
    text = re.sub(r"\ntitle: .*", "\ntitle: Quite another title", path.read_text("utf-8"))
    path.write_text(text, encoding="utf-8")
    again = ready.ask("publish", done["issue"], "--correct", "Names.", "--force")
    assert (again["page"], again["url"]) == (done["page"], done["url"])
    text = page.read_text("utf-8")
    assert "A better headline" in text
    assert "Quite another title" in text
    assert re.findall(r'<section class="entry \w+" id="([^"]+)"', text) == anchors


def test_a_draft_that_says_it_is_another_issue_is_refused(ready: Desk) -> None:
    issue = ready.ask("status")["issue"]["id"]
    ready.edit(f"issue: {issue}", "issue: 2026-w50")
    code, _, err = ready("publish")
    assert code == 2
    assert "2026-w50" in err
    assert ready.rows("SELECT count(*) FROM snapshots") == [(0,)]


# -------------------------------------------------------------------------------------- taken back


def test_what_is_taken_back_is_nowhere_and_returns_where_it_was(ready: Desk) -> None:
    before = site(ready)
    issue = ready.ask("publish")["issue"]
    page = ready.ask("unpublish", issue)
    assert page["status"] == "draft"
    assert site(ready) == before
    assert "\nstatus: draft\n" in own_draft(ready, issue).read_text(encoding="utf-8")
    assert ready.ask("status")["issue"]["id"] == issue
    assert ready.rows("SELECT count(*) FROM snapshots") == [(1,)]
    assert ready("unpublish", issue)[0] == 2
    assert Path(ready.ask("publish", issue)["page"]).exists()


@pytest.mark.parametrize("verb", ["draft", "run"])
def test_what_was_taken_back_by_a_command_that_was_killed_is_put_right(
    ready: Desk, verb: str
) -> None:
    issue = ready.ask("publish")["issue"]
    out = own_draft(ready, issue).read_text(encoding="utf-8")
    ready.ask("unpublish", issue)
    own_draft(ready, issue).write_text(out + "\nA word more.\n", encoding="utf-8")
    ready.ask(verb)
    text = own_draft(ready, issue).read_text(encoding="utf-8")
    assert "\nstatus: draft\n" in text
    assert "A word more." in text


def test_publishing_again_what_is_out_says_so(ready: Desk) -> None:
    issue = ready.ask("publish")["issue"]
    assert ready.ask("publish", issue)["same"]
    assert "already published, word for word" in ready("publish", issue)[1]


def test_what_waits_can_be_taken_out_of_the_schedule(ready: Desk) -> None:
    issue = ready.ask("publish", "--at", TUESDAY)["issue"]
    assert ready.ask("unpublish", issue)["status"] == "draft"
    ready.move(ready.now + timedelta(days=2))
    assert ready.ask("run")["published"] == []
    assert not pieces(ready)


# -------------------------------------------------------------------------------------- companions


def test_a_published_entry_knows_its_sources_whatever_becomes_of_them(ready: Desk) -> None:
    issue = ready.ask("publish")["issue"]
    companions = {
        path: body for path, body in site(ready).items() if path.startswith(f"companions/{issue}/")
    }
    assert len(companions) == 1 + len(
        re.findall(rb'class="entry', site(ready)[f"issues/{issue}/index.html"])
    )
    assert any(b'<figure class="pulled">' in body for body in companions.values())
    assert any(b"</a> by " in body for body in companions.values())
    assert any(b"Discussion</h2>" in body for body in companions.values())
    with contextlib.closing(sqlite3.connect(ready.folder / "data" / "digest.db")) as db:
        db.execute("UPDATE items SET title = 'Renamed', authors = '[]'")
        db.commit()
    assert ready.ask("build")["changed"] == []

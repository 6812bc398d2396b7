"""What the editor asks of a draft by name, and drafts that came to harm."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from digest.draft.blocks import cut
from tests.pipeline.conftest import Desk


def edit_source(desk: Desk, key: str) -> None:
    """Let the stored text of an entry's primary source begin with another sentence."""
    import contextlib
    import sqlite3

    with contextlib.closing(sqlite3.connect(desk.folder / "data" / "digest.db")) as db:
        db.execute(
            "UPDATE items SET title = 'A corrected title of the paper' WHERE id ="
            " (SELECT item_id FROM story_items WHERE story_id = ? AND position = 0)",
            (key,),
        )
        db.commit()


def keys(desk: Desk) -> list[str]:
    return [block.key for block in cut(desk.draft.read_text(encoding="utf-8")).entries]


DAMAGE: dict[str, Callable[[str], str]] = {
    "unclosed": lambda text: text.replace("<!-- /entry -->", "", 1),
    "unopened": lambda text: re.sub(r"<!-- entry \w+[^>]*-->\n", "", text, count=1),
    "mangled": lambda text: re.sub(r"<!-- (entry \w+[^>]*)-->", r"<!– \1–>", text, count=1),
    "doubled": lambda text: re.sub(
        r"(<!-- entry .*?<!-- /entry -->)", r"\1\n\n***\n\n\1", text, count=1, flags=re.DOTALL
    ),
    "strange": lambda text: re.sub(r"(<!-- entry \w+)", r"\1 kind=poem", text, count=1),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_marker_makes_its_entry_the_editors(desk: Desk, kind: str) -> None:
    first, second, *_ = keys(desk)
    text = DAMAGE[kind](desk.draft.read_text(encoding="utf-8"))
    desk.draft.write_text(text, encoding="utf-8")
    for key in (first, second):
        edit_source(desk, key)
    code, _, err = desk("draft")
    assert code == 3
    assert re.search(rf"{re.escape(str(desk.draft))}:\d+: .*left as it is\. To mend it, ", err)
    after = desk.draft.read_text(encoding="utf-8")
    other = next(block for block in cut(after).entries if block.key == second)
    assert "A corrected title of the paper" in other.text
    start = after.index(other.text)
    assert after[:start] == text[: text.index(f"<!-- entry {second}")]
    assert after[start + len(other.text) :] == text[text.index("<!-- /entry -->", start) + 16 :]
    code, _, err = desk("run")
    assert code == 3
    assert str(desk.draft) in err
    assert desk.draft.read_text(encoding="utf-8") == after
    assert desk("check")[0] == 2
    assert desk("publish")[0] == 2


def test_front_matter_that_cannot_be_read_is_refused_and_nothing_is_changed(desk: Desk) -> None:
    whole = desk.draft.read_bytes()
    for damaged in (
        whole.replace(b"issue: ", b"issue: [", 1),
        whole.replace(b"number: ", b"number: many ", 1),
        b"Dear diary,\n",
        whole + b"\xff",
    ):
        desk.draft.write_bytes(damaged)
        code, _, err = desk("draft")
        assert code == 2
        assert re.search(rf"{re.escape(str(desk.draft))}:\d+: ", err)
        assert desk.draft.read_bytes() == damaged


def test_what_the_machine_wrote_once_is_not_taken_for_an_edit(desk: Desk) -> None:
    stale = desk.draft.read_bytes()
    key = keys(desk)[0]
    edit_source(desk, key)
    assert desk.ask("draft")["rewritten"] == [key]
    desk.draft.write_bytes(stale)
    done = desk.ask("draft")
    assert done["touched"] == []
    assert done["rewritten"] == [key]


def test_where_the_record_is_lost_every_entry_is_the_editors(desk: Desk) -> None:
    import contextlib
    import sqlite3

    for key in keys(desk):
        edit_source(desk, key)
    with contextlib.closing(sqlite3.connect(desk.folder / "data" / "digest.db")) as db:
        db.executescript("DELETE FROM machine_texts; DELETE FROM draft_entries;")
    text = desk.draft.read_text(encoding="utf-8")
    done = desk.ask("draft")
    assert done["touched"] == keys(desk)
    assert desk.draft.read_text(encoding="utf-8") == text


def test_a_story_is_added_and_kept_and_nothing_else_is_touched(desk: Desk) -> None:
    text = desk.draft.read_text(encoding="utf-8")
    edit_source(desk, keys(desk)[0])
    other = next(row for row in desk.ask("inbox") if row["id"] not in keys(desk))
    done = desk.ask("draft", "--add", other["id"][:6])
    assert done["added"] == [other["id"]]
    after = desk.draft.read_text(encoding="utf-8")
    block = cut(after).entries[-1]
    assert after.replace(f"{block.text}\n***\n\n", "") == text
    kept = next(row for row in desk.ask("inbox") if row["id"] == other["id"])
    assert kept["decision"] == "keep"
    code, _, err = desk("draft", "--add", other["id"])
    assert code == 2
    assert "already" in err


def test_what_is_dropped_stays_away_until_it_is_added(desk: Desk) -> None:
    key = keys(desk)[1]
    assert desk.ask("draft", "--drop", key[:5])["removed"] == [key]
    assert key not in keys(desk)
    desk("draft")
    assert key not in keys(desk)
    desk("keep", key)
    desk("draft")
    assert key not in keys(desk)
    assert desk.ask("draft", "--add", key)["added"] == [key]
    assert keys(desk)[-1] == key
    code, _, err = desk("draft", "--drop", "nothing")
    assert code == 2
    assert key in err


def test_diff_and_update_show_first_and_lose_no_word(desk: Desk) -> None:
    key = keys(desk)[0]
    assert desk("draft", "--diff", key)[1] == "Nothing is new for it.\n"
    slot = re.search(r"\[\[why: [^\]]*\]\]", desk.draft.read_text(encoding="utf-8"))
    assert slot is not None
    desk.edit(slot[0], "Patience pays, and this shows how.")
    edit_source(desk, key)
    text = desk.draft.read_text(encoding="utf-8")
    shown = desk("draft", "--diff", key)[1]
    assert "+## A corrected title of the paper:" in shown
    assert "Patience" not in shown
    code, out, err = desk("draft", "--update", key)
    assert code == 3
    assert "--yes" in err
    assert "+## A corrected title of the paper:" in out
    assert desk.draft.read_text(encoding="utf-8") == text
    assert desk("draft", "--update", key, "--yes")[0] == 0
    after = desk.draft.read_text(encoding="utf-8")
    assert "## A corrected title of the paper:" in after
    assert "Patience pays, and this shows how." in after
    assert desk("draft", "--update", key)[1] == "Nothing would change.\n"


def test_where_both_changed_the_same_words_a_person_is_told(desk: Desk) -> None:
    key = keys(desk)[0]
    headline = re.search(r"^## (.*)$", desk.draft.read_text(encoding="utf-8"), re.MULTILINE)
    assert headline is not None
    desk.edit(headline[0], "## My own words for it:")
    edit_source(desk, key)
    done = desk.ask("draft", "--update", key, "--yes")
    assert done["conflicts"] == 1
    assert desk("draft", "--update", key, "--yes")[0] == 0
    after = desk.draft.read_text(encoding="utf-8")
    assert "## My own words for it: [[update: A corrected title of the paper:]]" in after
    assert "empty-slot" in {one["code"] for one in desk.ask("check")["problems"]}


def test_earlier_texts_are_listed_and_restored(desk: Desk) -> None:
    first = desk.draft.read_text(encoding="utf-8")
    desk.edit("## ", "## Mine: ")
    desk.move(desk.now + timedelta(hours=2))
    desk("draft")
    desk.draft.write_text(first.replace("***", "* * *", 1), encoding="utf-8")
    desk.move(desk.now + timedelta(hours=2))
    desk("draft")
    kept = desk.ask("draft", "--texts")
    assert [one["current"] for one in kept] == [False, False, True]
    assert (kept[1]["added"], kept[1]["removed"]) == (1, 1)
    assert "  2  " in desk("draft", "--texts")[1]
    code, out, _ = desk("draft", "--restore", "2")
    assert code == 3
    assert "+## Mine: " in out
    assert desk("draft", "--restore", "2", "--yes")[0] == 0
    assert "## Mine: " in desk.draft.read_text(encoding="utf-8")
    assert len(desk.ask("draft", "--texts")) == 4
    assert desk("draft", "--restore", "9")[0] == 2


def test_one_thing_is_asked_at_a_time(desk: Desk) -> None:
    assert desk("draft", "--texts", "--drop", keys(desk)[0])[0] == 2


# ------------------------------------------------------------------------- a digest of one theme


def test_a_digest_of_one_theme_stands_beside_the_issue(desk: Desk) -> None:
    before = desk.draft.read_bytes()
    done = desk.ask("draft", "--theme", "policy", "--style", "bulletin")
    issue = desk.ask("status")["issue"]
    assert done["issue"] == f"{issue['id']}-policy"
    path = Path(done["path"])
    assert path.name == f"{issue['id']}-policy.md"
    text = path.read_text(encoding="utf-8")
    assert "style: bulletin" in text
    rows = desk.ask("inbox", "--theme", "policy", "--limit", "20")
    assert set(done["entries"]) == {row["id"] for row in rows}
    assert all("themes=policy" in line for line in text.splitlines() if "<!-- entry" in line)
    assert desk.draft.read_bytes() == before
    assert desk.ask("status")["issue"] == issue
    problems = [one["code"] for one in desk.ask("check", done["issue"])["problems"]]
    assert "duplicate-number" not in problems
    assert "no-parts" not in problems
    assert not [one for one in desk.ask("check")["problems"] if one["code"] == "duplicate-number"]
    code, _, err = desk("publish", done["issue"], "--force")
    assert code == 2
    assert "digest of one theme" in err


def test_a_round_refreshes_it_too(desk: Desk) -> None:
    done = desk.ask("draft", "--theme", "policy")
    edit_source(desk, done["entries"][0])
    desk.move(desk.now + timedelta(hours=1))
    desk("run")
    assert "A corrected title of the paper" in Path(done["path"]).read_text(encoding="utf-8")
    assert desk.ask("draft", "--theme", "policy")["rewritten"] == []
    assert desk.ask("draft", done["issue"])["rewritten"] == []


def test_a_theme_that_there_is_none_of_is_named(desk: Desk) -> None:
    code, _, err = desk("draft", "--theme", "poetry")
    assert code == 2
    assert "The themes are" in err


# --------------------------------------------------------------------------------------- styles


def test_a_draft_keeps_its_style(desk: Desk) -> None:
    code, _, err = desk("draft", "--style", "brief")
    assert code == 2
    assert "import-ai" in err
    desk.draft.rename(desk.draft.with_suffix(".old"))
    desk.ask("draft", "--style", "brief")
    assert "**What happened:** " in desk.draft.read_text(encoding="utf-8")


def test_the_projects_own_styles_come_first(desk: Desk) -> None:
    folder = desk.folder / "templates" / "drafts"
    folder.mkdir(parents=True)
    (folder / "brief.md").write_text(
        "## {headline}\n\n**In short:** {body}\n\n**So what:** {why: say it}\n\n{references}\n"
    )
    (folder / "memo.md").write_text("## {headline}\n\n{body}\n\n{references}\n")
    done = desk.ask("draft", "--theme", "policy", "--style", "brief")
    text = Path(done["path"]).read_text(encoding="utf-8")
    assert "**In short:** " in text
    assert "**So what:** [[why: say it" in text
    desk.draft.rename(desk.draft.with_suffix(".old"))
    desk.ask("draft", "--style", "memo")
    assert "[[why" not in desk.draft.read_text(encoding="utf-8")
    code, _, err = desk("draft", "--theme", "simulation", "--style", "verse")
    assert code == 2
    assert "bulletin" in err


def test_a_file_in_the_editors_hands_is_left_alone_but_for_what_was_asked(desk: Desk) -> None:
    text = desk.draft.read_text(encoding="utf-8") + "\nA thought.\n"
    desk.draft.write_text(text, encoding="utf-8")
    moment = (desk.now - timedelta(minutes=10)).timestamp()
    os.utime(desk.draft, (moment, moment))
    assert desk.ask("draft")["left_alone"]
    key = keys(desk)[2]
    assert desk.ask("draft", "--drop", key)["removed"] == [key]
    assert "A thought." in desk.draft.read_text(encoding="utf-8")

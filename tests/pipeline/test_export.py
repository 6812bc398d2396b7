"""Issues out, in the forms that services take in."""

from __future__ import annotations

import email
import json
from email.policy import default

from digest.cli import export as command
from digest.draft.json import from_json
from digest.pipeline.export import FORMS
from tests.pipeline.conftest import Desk
from tests.pipeline.test_week import fill


def test_the_command_knows_every_form() -> None:
    assert command.FORMS == FORMS


def test_a_draft_is_exported_with_a_warning_a_published_issue_as_it_was(desk: Desk) -> None:
    issue = desk.ask("status")["issue"]["id"]
    code, out, err = desk("export", issue, "--to", "markdown")
    assert code == 0
    assert "is a draft: this is how it stands now" in err
    assert "not yet written, and marked so" in err
    assert "Not yet written: why" in out
    assert "[[" not in out
    fill(desk)
    desk.ask("publish")
    code, out, err = desk("export", issue, "--to", "markdown")
    assert (code, err) == (0, "")
    assert "Our own words here" in out
    draft = desk.folder / "data" / "drafts" / f"{issue}.md"
    draft.write_text(draft.read_text(encoding="utf-8").replace("Our own words", "Others"))
    assert desk("export", issue, "--to", "markdown")[1] == out
    whole = json.loads(desk("export", issue, "--to", "json")[1])
    assert from_json(whole).id == issue
    mail = desk("export", issue, "--to", "email")[1]
    stands = desk.folder / "data" / "mail" / f"{issue}.eml"
    assert mail.encode() == stands.read_bytes()
    assert email.message_from_string(mail, policy=default)["Subject"]


def test_a_file_is_written_whole_and_told_of(desk: Desk) -> None:
    issue = desk.ask("status")["issue"]["id"]
    target = desk.folder / "out.eml"
    told = desk.ask("export", issue, "--to", "email", "-o", str(target))
    assert told["file"] == str(target)
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in target.read_bytes()
    code, _, err = desk("export", issue, "--to", "html", "-o", str(desk.folder / "no" / "x.html"))
    assert code == 4
    assert "cannot be written" in err
    assert desk("export", "n999", "--to", "html")[0] == 2
    assert desk("export", issue, "--to", "fax")[0] == 2


def test_a_scheduled_issue_is_exported_as_it_will_be(desk: Desk) -> None:
    fill(desk)
    issue = desk.ask("publish", "--at", "2026-03-17T09:00")["issue"]
    told = desk.ask("export", issue, "--to", "ghost")
    assert told["warnings"] == [
        f"issue {issue} is not out yet: it is scheduled for 2026-03-17 09:00"
    ]
    assert told["status"] == "scheduled"
    assert not list((desk.folder / "data" / "mail").glob("20*"))

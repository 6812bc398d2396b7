"""Newsletters that came by mail: what is read of a Maildir or an mbox, and what stays out."""

from __future__ import annotations

import asyncio
import mailbox
import os
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from digest.config.load import check
from digest.config.schema import MailboxSource
from digest.errors import ConfigError, FetchError, ParseError
from digest.fetch.http import Http
from digest.fetch.kinds import Gathered
from digest.fetch.letter import letter
from digest.fetch.mailbox import MailboxKind
from digest.model import SourceState
from tests.fetch.making import NOW, Memory, settings

HTML = """<html><body>
<a href="https://quay.example/w/7?mc_eid=abc&amp;id=7">View this email in your browser</a>
<img src="https://track.example/o.gif" width="1" height="1">
<h1>The Quay, number 7</h1><p>A crane learned to <a href="https://crane.example/paper?utm=1">lift
itself</a>.</p><script>alert(1)</script>
<p><a href="https://quay.example/u?token=secret">Unsubscribe</a> or
<a href="https://quay.example/p/secret">manage your preferences</a>.
<a href="https://quay.example/out/secret">Leave</a></p>
</body></html>"""


def mail(n: int = 7, *, days: float = 1, html: str = HTML, **headers: Any) -> EmailMessage:
    message = EmailMessage()
    given = {
        "From": '"Ada Pier, of The Quay" <ada@quay.example>',
        "To": "reader@home.example",
        "Subject": f"The Quay, nümber {n}",
        "Date": format_datetime(NOW - timedelta(days=days)),
        "Message-ID": f"<quay-{n}@quay.example>",
        "List-Id": '"The Quay" <letters.quay.example>',
        "List-Unsubscribe": "<mailto:u@quay.example>, <https://quay.example/out/secret>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        if value:
            message[name] = value
    message.set_content("The plain part.\n")
    message.add_alternative(html, subtype="html")
    return message


def maildir(folder: Path, *messages: EmailMessage) -> mailbox.Maildir:
    box = mailbox.Maildir(folder, create=True)
    for message in messages:
        box.add(message)
    return box


def gather(path: Path, memory: Memory, state: SourceState | None = None, **given: Any) -> Gathered:
    source = MailboxSource(id="letters", kind="mailbox", path=str(path))

    async def go() -> Gathered:
        async with Http(settings(**given), user_agent="t") as http:
            now = given.get("now", NOW)
            return await MailboxKind().gather(
                source, state or SourceState("letters"), memory, http, now
            )

    given.pop("now", None)
    result = asyncio.run(go())
    memory.apply([result])
    return result


# ------------------------------------------------------------------------------------- one letter


def test_a_letter_is_an_item_with_its_sender_list_and_address() -> None:
    item = letter(mail().as_bytes(), "letters")
    assert item.id.startswith("letters/")
    assert item.entry_id == "quay-7@quay.example"
    assert item.title == "The Quay, nümber 7"
    assert item.authors == ("Ada Pier, of The Quay",)
    assert item.categories == ("letters.quay.example",)
    assert item.published == NOW - timedelta(days=1)
    assert item.url == "https://quay.example/w/7?id=7"
    assert "A crane learned to lift itself." in item.text
    assert [link.url for link in item.links] == ["https://crane.example/paper?utm=1"]


def test_what_a_letter_says_of_its_reader_stays_out() -> None:
    item = letter(mail().as_bytes(), "letters")
    for secret in ("secret", "mc_eid", "track.example", "script", "reader@home.example"):
        assert secret not in item.html
        assert secret not in repr(item.links) + item.url
    assert "Unsubscribe" in item.text


@pytest.mark.parametrize(
    ("headers", "html", "url"),
    [
        ({"Archived_At": "<https://a.example/7>"}, HTML, "https://a.example/7"),
        ({"List_Post": "<https://quay.example/p/7?token=x>"}, HTML, "https://quay.example/p/7"),
        ({"List_Post": "<mailto:post@quay.example>"}, HTML, "https://quay.example/w/7?id=7"),
        ({"List_Post": "<https://quay.example/>"}, HTML, "https://quay.example/w/7?id=7"),
        (
            {"Subject": "Cranes"},
            '<h1><a href="https://quay.example/c">CRANES</a></h1><a href="https://x.example">x</a>',
            "https://quay.example/c",
        ),
        ({}, '<a href="https://x.example/">Something else</a>', ""),
        ({}, '<a href="javascript:1">View in browser</a>', ""),
    ],
)
def test_the_address_of_the_issue(headers: dict[str, Any], html: str, url: str) -> None:
    assert letter(mail(html=html, **headers).as_bytes(), "letters").url == url


def test_a_plain_letter_and_a_damaged_one() -> None:
    plain = b"From: bo@x.example\nSubject: =?utf-8?q?bro=ken?=\n\nOne.\n\nTwo <b>.\n"
    item = letter(plain, "letters")
    assert item.text == "One.\n\nTwo <b>."
    assert item.html == "<p>One.</p><p>Two &lt;b&gt;.</p>"
    assert (item.authors, item.published, item.url) == (("bo@x.example",), None, "")
    odd = b'Content-Type: text/html; charset="x-unknown"\nDate: Thu, 99 Foo\nSubject: a\n\ncaf\xe9'
    assert letter(odd, "letters").text == "café"
    assert letter(b"", "letters").title == "(no subject)"


def test_an_attachment_is_not_the_letter() -> None:
    message = EmailMessage()
    message["Subject"] = "With a file"
    message.set_content("The letter itself.")
    message.add_attachment("<p>not me</p>", subtype="html", filename="x.html")
    item = letter(message.as_bytes(), "letters")
    assert item.text == "The letter itself."


@limits(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=300).map(str.encode)))
def test_whatever_comes_there_is_an_item(raw: bytes) -> None:
    for body in (raw, b"Subject: " + raw, b"Content-Type: text/html\n\n" + raw):
        assert letter(body, "letters").id


def test_a_message_that_nests_without_end_is_refused_or_read_in_bounded_time() -> None:
    parts = [f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3000)]
    try:
        assert letter("".join(parts).encode(), "letters").id
    except ParseError as problem:
        assert "too deep" in problem.message  # noqa: PT017


# ---------------------------------------------------------------------------------------- a mailbox


def test_a_maildir_is_read_once_and_then_only_what_is_new(tmp_path: Path) -> None:
    box = maildir(tmp_path / "mail", mail(1, days=2), mail(2, days=1), mail(3, days=40))
    memory = Memory()
    first = gather(tmp_path / "mail", memory)
    assert (first.seen, first.new) == (2, 2)
    assert {document.media_type for document in first.documents} == {"message/rfc822"}
    again = gather(tmp_path / "mail", memory, first.state)
    assert again.not_modified
    assert again.items == ()
    box.add(mail(4, days=0.5))
    box.add(mail(5, days=12))  # filed late
    third = gather(tmp_path / "mail", memory, again.state)
    assert {item.title[-1] for item in third.items} == {"4", "5"}
    assert [len(memory.items), third.seen] == [4, 4]


def test_reading_changes_nothing_in_the_mailbox(tmp_path: Path) -> None:
    maildir(tmp_path / "mail", mail(1), mail(2))
    file = tmp_path / "box"
    mbox = mailbox.mbox(file)
    mbox.add(mail(1))
    mbox.flush()
    mbox.close()

    def shot() -> list[tuple[str, int, bytes]]:
        found = sorted(path for path in tmp_path.rglob("*") if path.is_file())
        return [(str(path), path.stat().st_mtime_ns, path.read_bytes()) for path in found]

    before = shot()
    gather(tmp_path / "mail", Memory())
    gather(file, Memory())
    assert shot() == before


def test_a_flag_is_no_news_and_two_copies_are_one(tmp_path: Path) -> None:
    box = maildir(tmp_path / "mail", mail(1), mail(1))
    memory = Memory()
    first = gather(tmp_path / "mail", memory)
    assert len(memory.items) == 1
    for key in box.keys():  # noqa: SIM118 - a mailbox iterates over its messages
        message = box[key]
        message.add_flag("S")
        message.set_subdir("cur")
        box[key] = message
    assert gather(tmp_path / "mail", memory, first.state).not_modified


def test_an_mbox_is_read_and_read_on(tmp_path: Path) -> None:
    file = tmp_path / "letters"
    box = mailbox.mbox(file)
    box.add(mail(1))
    box.add(mail(2, Subject="DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA"))
    box.flush()
    memory = Memory()
    first = gather(file, memory)
    assert [item.title for item in first.items] == ["The Quay, nümber 1"]
    box.add(mail(3, html="<p>From here on.</p>"))
    box.flush()
    box.close()
    os.utime(file, (1, 1))
    second = gather(file, memory, first.state)
    assert [item.text for item in second.items] == ["From here on."]


def test_what_lies_among_the_letters_and_is_none_is_told_and_left(tmp_path: Path) -> None:
    maildir(tmp_path / "box", mail())
    (tmp_path / "box" / "new" / "readme.txt").write_text("Do not delete this folder.\n")
    found = gather(tmp_path / "box", Memory())
    assert [item.title for item in found.items] == [mail()["subject"]]
    assert [word for word in found.warnings if "no message" in word and "readme" in word]


def test_a_letter_that_was_read_while_it_was_written_is_read_again(tmp_path: Path) -> None:
    file, whole = tmp_path / "letters", mail(1)
    raw = b"From x Thu Jan  1 00:00:00 2026\n" + whole.as_bytes()
    file.write_bytes(raw[: raw.index(b"A crane")])
    memory = Memory()
    first = gather(file, memory)
    assert "crane" not in first.items[0].text
    file.write_bytes(raw)
    second = gather(file, memory, first.state)
    assert "crane" in second.items[0].text
    assert len(memory.items) == 1


def test_a_letter_too_large_is_left_and_told(tmp_path: Path) -> None:
    maildir(tmp_path / "mail", mail(1, html="<p>" + "x " * 100_000), mail(2))
    result = gather(tmp_path / "mail", Memory(), max_bytes=100_000)
    assert [item.title[-1] for item in result.items] == ["2"]
    assert "more than 100000 bytes" in result.warnings[0]


@pytest.mark.parametrize("what", ["nothing", "text", "folder"])
def test_what_is_no_mailbox_is_told_with_the_cure(tmp_path: Path, what: str) -> None:
    path = tmp_path / "mail"
    if what == "text":
        path.write_text("Dear diary")
    if what == "folder":
        path.mkdir()
    with pytest.raises(FetchError) as caught:
        gather(path, Memory())
    assert str(path) in caught.value.where
    assert "`path`" in caught.value.cure


def test_the_configuration_takes_a_path_and_refuses_a_relative_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "newsletter: {title: W, url: 'https://w.example/'}\n"
    text += "sources:\n  - {id: l, kind: mailbox, path: X}\n"
    assert check(text.replace("X", "'~/Mail'"), tmp_path / "s").sources[0].kind == "mailbox"
    with pytest.raises(ConfigError, match="begins with / or ~/"):
        check(text.replace("X", "Mail"), tmp_path / "s")
    monkeypatch.setenv("HOME", str(tmp_path))
    maildir(tmp_path / "Mail", mail(1))
    source = MailboxSource(id="letters", kind="mailbox", path="~/Mail")

    async def go() -> Gathered:
        async with Http(settings(), user_agent="t") as http:
            return await MailboxKind().gather(source, SourceState("l"), Memory(), http, NOW)

    assert asyncio.run(go()).new == 1


def test_a_letter_of_tomorrow_is_dated_today(tmp_path: Path) -> None:
    maildir(tmp_path / "mail", mail(1, days=-30))
    assert gather(tmp_path / "mail", Memory()).items[0].published == NOW
    assert datetime(2026, 6, 29, 12, tzinfo=UTC) == NOW

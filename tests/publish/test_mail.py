from __future__ import annotations

import email
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.config.schema import Config, Mail
from digest.model import Coda, Entry, Issue, Why
from digest.publish import mail
from digest.publish.mail import issue_mail, make_mails
from digest.publish.site import shared
from digest.publish.templates import Templates
from digest.publish.values import Correction, Published
from tests.publish import sample
from tests.publish.strict import read
from tests.publish.test_site import WHEN, hostile_config, issues, texts

TEMPLATES = Templates()
PAGE = "https://harbour.example/letters/issues/2026-w13/"


def made(published: Published, config: Config | None = None) -> mail.Mail:
    site = shared(config or sample.config(), [published], TEMPLATES)
    return issue_mail(site, site.shelf[0])


def message_of(one: mail.Mail) -> EmailMessage:
    found = email.message_from_bytes(one.eml, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body([kind])
    assert body is not None
    return str(body.get_content())


def long_issue(pieces: int, words: int) -> Published:
    """An issue of pieces with so many words each."""
    paragraphs = "\n\n".join(["A sentence of seven words stands here. " * 10] * (words // 70))
    whole = tuple(
        Entry(
            f"k{number}", f"Piece {number}:", tagline="A line", body=paragraphs, why=Why("", "So.")
        )
        for number in range(1, pieces + 1)
    )
    return sample.published(12, entries=whole)


def test_a_mail_is_one_message_of_two_parts_that_say_the_same() -> None:
    one = made(sample.published(12))
    message = message_of(one)
    assert message.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in message.iter_parts()] == ["text/plain", "text/html"]
    assert part(message, "html").replace("\r\n", "\n") == one.html.decode()
    assert part(message, "plain").replace("\r\n", "\n") == one.text.decode()
    assert max(map(len, one.eml.split(b"\r\n"))) <= 998
    assert one.eml.isascii()
    for words in (
        "never the student's",
        "sooner or later",
        "the lamp agreed",
        "Thanks for reading!",
    ):
        assert words in one.text.decode()
        assert words in one.html.decode()


def test_the_headers_say_who_what_when_and_how_to_end_it() -> None:
    config = sample.config().model_copy(
        update={"mail": Mail(sender="Ada Quill <ada@harbour.example>", unsubscribe="*|UNSUB|*")}
    )
    one = made(sample.published(12), config)
    message = message_of(one)
    assert message["From"] == "Ada Quill <ada@harbour.example>"
    assert message["Subject"].startswith("The Harbour Light 12: Better notebooks; rain")
    assert message["Date"].datetime == datetime(2026, 3, 23, 12, tzinfo=UTC)
    assert message["List-Unsubscribe"] == "<*|UNSUB|*>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Archived-At"] == f"<{PAGE}>"
    assert re.fullmatch(r"<2026-w13\.[0-9a-f]{20}@harbour\.example>", message["Message-ID"])
    assert 'href="*|UNSUB|*"' in one.html.decode()
    assert one.text.decode().endswith("To unsubscribe:\n*|UNSUB|*\n")


def test_without_a_sender_the_newsletters_own_host_sends_it() -> None:
    message = message_of(made(sample.published(12)))
    assert message["From"] == "The Harbour Light <newsletter@harbour.example>"


def test_the_same_issue_is_the_same_bytes_and_another_text_another_message() -> None:
    first, again = made(sample.published(12)), made(sample.published(12))
    assert first == again
    other = made(sample.corrected(12))
    ids = {message_of(one)["Message-ID"] for one in (first, other)}
    assert len(ids) == 2
    assert message_of(other)["Date"].datetime == datetime(2026, 3, 25, 12, tzinfo=UTC)
    assert "Corrected 25 March 2026: It was 8,004, not 80." in other.text.decode()
    assert "It was 8,004, not 80." in other.html.decode()


def test_a_mail_loads_nothing_and_every_link_is_absolute() -> None:
    page = read(made(sample.published(12)).html, mail=True)
    assert page.loads == []
    assert page.ids == []
    for link in page.links:
        assert link.startswith("https://") or link == "{{ unsubscribe_url }}"
    assert f"{PAGE}#4f21c0a9e1" in page.links
    assert f"{PAGE}#4f21c0a9e1:body-fn1" in page.links


def test_styles_stand_on_the_elements() -> None:
    html = made(sample.published(12)).html.decode()
    assert html.count("<style>") == 1
    assert "prefers-color-scheme: dark" in html
    body = html.partition("</style>")[2]
    for tag in ("p", "h1", "h2", "h3", "blockquote", "li", "a", "pre", "th"):
        found = re.findall(rf"<{tag}(?: [^>]*)?>", body)
        assert found
        assert all(' style="' in one for one in found), tag


def test_the_plain_text_keeps_addresses_out_of_sentences() -> None:
    text = made(sample.published(12)).text.decode()
    for line in text.splitlines():
        assert "http" not in line or line.startswith("http"), line
        assert len(line) <= 72 or line.startswith("http")
    assert "\n1. Lowtide: Don't build a better student" in text
    assert "\n    “We had expected the loop" in text
    assert "Why this matters – paper remembers what models forget.\n" in text
    assert "an earlier account:\nhttps://lowtide.example/account" in text
    assert "Notebooks & Their Students (arXiv)\nhttps://arxiv.example/abs/1?a=1&b=2\n" in text
    assert text.count("https://arxiv.example/abs/1?a=1&b=2") == 1
    assert "#4f21c0a9e1:body-fn1" not in text


def test_what_is_not_written_is_said_so_and_nobody_signs_it() -> None:
    one = made(sample.unfinished(12))
    html, text = one.html.decode(), one.text.decode()
    assert "3 places in this issue are not yet written" in html
    assert "Unfinished: 3 places not yet written." in text
    assert "(Not yet written: why)" in text
    assert "[[" not in html + text
    assert "\nAda Quill" not in text
    assert ">Ada Quill</p>" not in html


def test_an_issue_that_is_too_long_names_its_last_pieces() -> None:
    whole = made(long_issue(4, 1000))
    assert whole.cut == ()
    one = made(long_issue(20, 1500))
    assert len(one.html) <= mail.LARGEST
    assert len(one.html) > mail.LARGEST * 0.75, "more is cut than need be"
    assert one.cut[-1] == "Piece 20"
    assert "Piece 1" not in one.cut
    page = read(one.html, mail=True)
    assert page.text.count("Read this piece in the browser") == len(one.cut)
    assert "The House Votes" in page.text
    assert "the lamp agreed" in page.text, "the tale is the last to go"
    assert f"{PAGE}#k20" in page.links
    assert one.text.decode().count("In the browser:") == len(one.cut) + 1
    report = one.report("2026-w13", Path("x.eml"))
    assert "too long for one mail, so it only names: Piece" in report.summary()


def test_even_a_single_endless_piece_and_tale_fit() -> None:
    endless = Entry("k", "Endless:", body="word " * 60_000)
    coda = Coda(title="Tale", text="word " * 60_000)
    one = made(sample.published(12, entries=(endless,), coda=coda))
    assert one.cut == ("Endless", "the tale")
    assert len(one.html) < mail.LARGEST


def test_mails_are_made_once_and_follow_their_issues(tmp_path: Path) -> None:
    def stands(*found: Published) -> set[str]:
        mails = make_mails(shared(sample.config(), found, TEMPLATES), tmp_path)
        mails.write()
        return {one.issue for one in mails.reports}

    one, two = sample.published(11), sample.published(12)
    assert stands(one, two) == {"2026-w12", "2026-w13"}
    assert stands(one, two) == set()
    assert (tmp_path / "2026-w13.eml").read_bytes() == made(two).eml
    assert (tmp_path / "2026-w13.html").read_bytes() == made(two).html
    assert (tmp_path / "2026-w13.txt").read_bytes() == made(two).text
    assert stands(sample.corrected(11), two) == {"2026-w12"}
    (tmp_path / "2026-w13.eml").unlink()
    assert stands(sample.corrected(11), two) == {"2026-w13"}
    assert stands(two) == set()
    assert {path.name for path in tmp_path.glob("2026*")} == {
        *("2026-w13.eml", "2026-w13.html", "2026-w13.txt")
    }


def test_only_a_years_mails_stand_ready(tmp_path: Path) -> None:
    short = (Entry("k1", "A headline:"),)
    many = [sample.published(number, entries=short, coda=None) for number in range(1, 61)]
    mails = make_mails(shared(sample.config(), many, TEMPLATES), tmp_path)
    assert len(mails.reports) == 52
    assert mails.reports[-1].issue == many[-1].issue.id


def test_what_went_out_elsewhere_gets_no_mail(tmp_path: Path) -> None:
    old, new = replace(sample.published(11), imported=True), sample.published(12)
    mails = make_mails(shared(sample.config(), [old, new], TEMPLATES), tmp_path)
    assert [one.issue for one in mails.reports] == [new.issue.id]


# ------------------------------------------------------------------------------ whatever it holds

UNSUBSCRIBE = "https://harbour.example/stop?who={{ reader }}"
SERVICE = re.compile(r"\{[{%#]|\*\||%%")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(issues, texts | st.sampled_from(["{{ reader }}", "*|X|*", "%%x%%", "{% x %}"]))
def test_whatever_an_issue_holds_its_mail_is_one_that_services_can_send(
    issue: Issue, text: str
) -> None:
    entries = tuple(replace(entry, body=f"{entry.body}{text}") for entry in issue.entries)
    found = replace(issue, entries=entries, welcome=f"{issue.welcome} {text}")
    config = hostile_config(text).model_copy(update={"mail": Mail(unsubscribe=UNSUBSCRIBE)})
    published = Published(found, WHEN, WHEN, (Correction(WHEN, text),) if text else ())
    one = made(published, config)
    page = read(one.html, mail=True)
    for link in page.links:
        assert re.match(r"https?://|mailto:", link), link
    message = message_of(one)
    assert message.keys() == [
        *("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe"),
        *("List-Unsubscribe-Post", "Archived-At", "MIME-Version", "Content-Type"),
    ]
    assert part(message, "html").replace("\r\n", "\n") == one.html.decode()
    assert made(published, config) == one
    for said in (one.html.decode().partition("</style>")[2], one.text.decode()):
        assert not SERVICE.search(said.replace(UNSUBSCRIBE, "")), "a service would run this"


@pytest.mark.parametrize("title", ["研究" * 60, "Ω" * 200, "a\r\nBcc: x@y.example", "x" * 1200])
def test_no_title_breaks_the_headers(title: str) -> None:
    message = message_of(made(sample.published(12, title=title, parts=())))
    assert message["Bcc"] is None
    assert message["Subject"].replace(" ", "").startswith("TheHarbourLight12:")
    assert len(list(message.iter_parts())) == 2

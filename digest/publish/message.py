"""A mail as a file that any program can send: RFC 5322, the same bytes for the same issue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from urllib.parse import urlsplit

from digest.config.schema import Mail, Newsletter
from digest.markup.plain import one_line


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message is made of.

    Attributes:
        issue_id: The issue it is; with all the rest it makes the Message-ID.
        subject: Plain text.
        moment: When the issue's text last changed, in UTC.
        page: The issue's address on the web.
        text, html: The two parts.
    """

    issue_id: str
    subject: str
    moment: datetime
    page: str
    text: str
    html: str


def message(newsletter: Newsletter, mail: Mail, letter: Letter) -> bytes:
    """The whole message; lines end with CR and LF.

    It is addressed to nobody: who sends it names the readers. Its Message-ID and the boundary
    between its parts come from what it says, its date from the issue. List-Unsubscribe-Post (RFC
    8058) lets a mail program end the subscription in one click.
    """
    host = _host(newsletter)
    digest = _digest(letter)
    made = EmailMessage(policy=SMTP)
    made["From"] = _sender(newsletter, mail, host)
    made["To"] = "undisclosed-recipients:;"
    made["Subject"] = one_line(letter.subject)
    made["Date"] = format_datetime(letter.moment)
    made["Message-ID"] = f"<{letter.issue_id}.{digest[:20]}@{host}>"
    made["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made["Archived-At"] = f"<{letter.page}>"
    made.set_content(letter.text, cte="quoted-printable")
    made.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    made.set_boundary(f"digest-{digest[20:52]}")
    # A line that need not be folded keeps a placeholder in one piece; encoded words must be short.
    whole = SMTP.clone(max_line_length=900) if letter.subject.isascii() else SMTP
    return made.as_bytes(policy=whole)


def _host(newsletter: Newsletter) -> str:
    host = urlsplit(newsletter.url).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return host.encode("idna").decode() if not host.isascii() else host


def _sender(newsletter: Newsletter, mail: Mail, host: str) -> Address:
    name, address = parseaddr(mail.sender)
    return Address(one_line(name or newsletter.title), addr_spec=address or f"newsletter@{host}")


def _digest(letter: Letter) -> str:
    found = sha256()
    for part in (letter.subject, letter.moment.isoformat(), letter.text, letter.html):
        found.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return found.hexdigest()

"""Each issue as a mail: HTML that mail programs can show, plain text, and both in one message.

Many programs read only styles that stand on the elements themselves, so css-inline puts them there;
what stays in the head (colours for the dark, a phone's margins) may be lost without harm. Gmail
shows the first 102 kB of a mail, so of an issue that is longer some pieces are only named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from digest.publish import paths
from digest.publish.cards import Shelved
from digest.publish.feeds import LONGEST, absolute
from digest.publish.frame import Site
from digest.publish.message import Letter, message
from digest.publish.plaintext import issue_text
from digest.publish.program import fingerprint
from digest.publish.words import encode
from digest.publish.writer import Written, standing, write

if TYPE_CHECKING:
    from css_inline import CSSInliner

# Gmail clips at 102 kB; services that count opens and clicks add a little.
LARGEST = 98_000

KINDS = ("eml", "html", "txt")

# Stands for the unsubscribe link until all else is made harmless; no text may hold it.
_UNSUBSCRIBE = "\ue003"
_PRIVATE = re.compile("[\ue000-\uf8ff]")

# What mail services replace or run: `{{ x }}`, `{% x %}`, `*|X|*`, `%%x%%`.
_TEMPLATE = re.compile(r"\{(?=[{%#])|\*(?=\|)|%(?=%|[a-z]+[._][a-z_.]+%)|\[(?=\[)")
_JOINER = "\u2060"

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_CLASSES = frozenset(["slot", "left", "center", "right", "footnotes"])


@dataclass(frozen=True, slots=True)
class Mail:
    """An issue's mail.

    Attributes:
        html, text: Its two parts.
        eml: Both in one message.
        cut: What it only names, since the whole issue is too long: headlines, in order.
    """

    html: bytes
    text: bytes
    eml: bytes
    cut: tuple[str, ...]

    def report(self, issue_id: str, path: Path) -> MailReport:
        """What is said of it, standing at a path."""
        return MailReport(issue_id, path, len(self.html), len(self.eml), self.cut)


@dataclass(frozen=True, slots=True)
class MailReport:
    """What was made of an issue: its file, and how large its HTML and the whole of it are."""

    issue: str
    path: Path
    html_bytes: int
    eml_bytes: int
    cut: tuple[str, ...]

    def summary(self) -> str:
        """A line for a person; what was cut stands in a second."""
        size = f"{self.html_bytes / 1000:.0f} kB of HTML (Gmail clips at 102)"
        named = f"\n  too long for one mail, so it only names: {'; '.join(self.cut)}"
        return f"{self.path}: {size}{named if self.cut else ''}"


@dataclass(frozen=True, slots=True)
class Mails:
    """The mails of the newest issues, those that changed already made; `write` puts them down."""

    folder: Path
    reports: tuple[MailReport, ...]
    fresh: Mapping[str, bytes]
    keys: Mapping[str, str]

    def write(self, of: str = "") -> Written:
        """Make the folder hold these mails and no other of ours; `of` is what all are made from.

        Raises:
            Refused, MachineError: as `writer.write` raises them.
        """
        return write(
            self.folder, self.fresh, keep=self.keys.keys() - self.fresh, keys=self.keys, of=of
        )


def make_mails(site: Site, folder: Path) -> Mails:
    """Make the mails that are not in the folder yet: of the newest issues, a year of them.

    Older ones nobody sends any more, nor what went out elsewhere before; `issue_mail` makes any.

    Raises:
        ConfigError: a template cannot be used.
        Refused, MachineError: the folder cannot be read.
    """
    old = standing(folder)
    keys: dict[str, str] = {}
    fresh: dict[str, bytes] = {}
    reports = []
    own = [shelved for shelved in site.shelf if not shelved.published.imported]
    for shelved in own[-LONGEST:]:
        key = fingerprint(site.maker, site.mark(shelved), repr(site.config.mail))
        names = [f"{shelved.card.id}.{kind}" for kind in KINDS]
        keys |= dict.fromkeys(names, key)
        if all(old.get(path) == key for path in names):
            continue
        made = issue_mail(site, shelved)
        fresh |= zip(names, (made.eml, made.html, made.text), strict=True)
        reports.append(made.report(shelved.card.id, folder / names[0]))
    return Mails(folder, tuple(reports), fresh, keys)


def issue_mail(site: Site, shelved: Shelved) -> Mail:
    """An issue's mail, no part of it longer than mail programs show.

    Raises:
        ConfigError: a template cannot be used.
    """
    cut: frozenset[int] = frozenset()
    html = _html(site, shelved, cut)
    for number in _expendable(site, shelved):
        if len(html.encode()) <= LARGEST:
            break
        cut |= {number}
        html = _html(site, shelved, cut)
    unsubscribe = site.config.mail.unsubscribe
    text = issue_text(site, shelved, cut, _UNSUBSCRIBE)
    text = _TEMPLATE.sub(rf"\g<0>{_JOINER}", _tidy(text)).replace(_UNSUBSCRIBE, unsubscribe)
    letter = Letter(
        issue_id=shelved.card.id,
        subject=_tidy(shelved.card.title),
        moment=shelved.published.updated,
        page=paths.address(site.newsletter.url, shelved.card.path),
        text=text,
        html=html,
    )
    return Mail(
        html=html.encode(),
        text=text.encode(),
        eml=message(site.newsletter, site.config.mail, letter),
        cut=tuple(
            _named(shelved, number) for number in sorted(cut, key=lambda one: (not one, one))
        ),
    )


def _expendable(site: Site, shelved: Shelved) -> Iterator[int]:
    """The pieces in the order in which they are only named: from the end, the tale (0) last."""
    yield from (entry.number for entry in reversed(shelved.entries))
    if site.body(shelved).tale:
        yield 0


def _named(shelved: Shelved, number: int) -> str:
    return shelved.entries[number - 1].title if number else "the tale"


# ------------------------------------------------------------------------------------------- HTML


def _html(site: Site, shelved: Shelved, cut: frozenset[int]) -> str:
    """The HTML part as text that can be encoded."""
    page = paths.address(site.newsletter.url, shelved.card.path)
    values = {
        "newsletter": site.newsletter,
        "issue": shelved,
        "body": site.body(shelved),
        "cut": cut,
        "page": page,
        "archive": paths.address(site.newsletter.url, paths.ARCHIVE),
        "home": paths.address(site.newsletter.url, paths.HOME),
        "unsubscribe": _UNSUBSCRIBE,
        "fit": partial(fit, page=page),
        "address": partial(paths.address, site.newsletter.url),
        # The mail's own file: it may hold no text of anybody else's.
        "enhancements": Markup(site.templates.text("mail-head.css")),  # noqa: S704
    }
    made = _inliner(site.templates.text("mail.css")).inline(
        _tidy(site.templates.render("mail.html", values))
    )
    made = made.replace(' data-css-inline="keep"', "")
    head, body, rest = made.partition("</style>")
    whole = head + body + harmless(rest) + "\n"
    return whole.replace(_UNSUBSCRIBE, escape(site.config.mail.unsubscribe))


def harmless(html: str) -> str:
    """HTML that shows the same, and in which no mail service finds anything to replace or run."""
    return _TEMPLATE.sub(lambda found: f"&#{ord(found[0])};", html)


def fit(html: Markup, page: str) -> Markup:
    """Rendered text for a mail: links lead to the page on the web, and nothing else is kept."""

    def plain(tag: re.Match[str]) -> str:
        closing, name, rest = tag.groups()
        name = {"section": "div", "mark": "span"}.get(name, name)
        kept = (_attribute(one, value) for one, value in _ATTRIBUTE.findall(rest))
        return f"<{closing}{name}{''.join(kept)}>"

    return Markup(_TAG.sub(plain, absolute(str(html), page)))  # noqa: S704 - what was safe still is


def _attribute(name: str, value: str) -> str:
    if name == "class":
        return f' class="{value}"' if value in _CLASSES else ""
    return f' {name}="{value}"' if name in ("href", "start") else ""


def _tidy(text: str) -> str:
    """Text that can be encoded, and holds no character that means something here."""
    text = _PRIVATE.sub(lambda found: found[0] if found[0] == _UNSUBSCRIBE else "", text)
    return encode(text).decode()


@cache
def _inliner(style: str) -> CSSInliner:
    from css_inline import CSSInliner

    return CSSInliner(extra_css=style, load_remote_stylesheets=False)

"""Earlier issues read back, however they were kept."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.draft.archive.files import Found, format_of, read_issues
from digest.draft.archive.mend import mend
from digest.draft.archive.outline import outline
from digest.draft.json import from_json, to_json
from digest.draft.read import read
from digest.draft.write import to_markdown
from digest.errors import UsageError
from digest.markup.markdown import to_plain
from digest.model import Coda, Entry, Issue, ReadMore, Why
from tests.draft.making import issue as draft_issue
from tests.draft.making import thorough
from tests.growth import assert_linear

TITLE = "Import Kettle 41: Humming tin; a law on steam; the last cup"
WELCOME = "Welcome to Import Kettle, a newsletter about steam. If you like it, please subscribe."

MARKDOWN = f"""# {TITLE}

Do kettles dream of rain?

{WELCOME}

**Hill Lab: Let's not boil, let's simmer:**
*…A sensible aim which may be hard to reach…*

Somebody has built it, and [the notes](https://lab.example/notes) say why. “It hums”, *it does*.

**What the thing is made of:**

* **Tin:** the outside, which “holds things”.
* **Water:** the inside.

**Why this matters - patience pays:** If parts are cheap, so can [it](https://t.example/). Maybe.

**Read more:** [On Simmering: An Account](https://lab.example/abs/1) (arXiv, GitHub).

**Find out more at the website:** [Hill Lab](https://lab.example/).

***

**Nobody regulates steam – and what if they did:**
*…A policy item…*

Two paragraphs, with [an earlier issue](https://kettle.example/p/9) among them.

> We are deeply concerned.

The second one.

**Why this matters:** rules cost something.

**Read more:** [The Steam Rules](https://rules.example/steam) (Gazette, PDF).

***

**Import A-Idea: On waiting:**

An essay, in **bold** places.

***

**Tech Tales:**

**The Last Cup**

*[2041]*

It was morning. “Is it you?” it said.

“It is”, I said.

**Things that inspired this story:** Kettles; mornings; a film.

**AI usage:** None.

Thanks for reading!

A comment from a reader.
"""

ISSUE = Issue(
    id="n41",
    number=41,
    title=TITLE,
    parts=("Humming tin", "a law on steam", "the last cup"),
    subtitle="Do kettles dream of rain?",
    welcome=WELCOME,
    entries=(
        Entry(
            key="hill-lab-lets-not-boil-lets-simmer",
            headline="Hill Lab: Let's not boil, let's simmer:",
            tagline="A sensible aim which may be hard to reach",
            body=MARKDOWN[MARKDOWN.index("Somebody") : MARKDOWN.index("\n\n**Why this matters - ")],
            why=Why(
                "patience pays",
                "If parts are cheap, so can [it](https://t.example/). Maybe.",
            ),
            read_more=(
                ReadMore(
                    "On Simmering: An Account", "https://lab.example/abs/1", ("arXiv", "GitHub")
                ),
                ReadMore("Hill Lab", "https://lab.example/", (), "Find out more at the website"),
            ),
        ),
        Entry(
            key="nobody-regulates-steam-and-what-if-they",
            headline="Nobody regulates steam – and what if they did:",
            tagline="A policy item",
            body=MARKDOWN[MARKDOWN.index("Two par") : MARKDOWN.index("\n\n**Why this matters:**")],
            why=Why("", "rules cost something."),
            read_more=(
                ReadMore("The Steam Rules", "https://rules.example/steam", ("Gazette", "PDF")),
            ),
        ),
        Entry(
            key="import-a-idea-on-waiting",
            headline="Import A-Idea: On waiting:",
            kind="essay",
            body="An essay, in **bold** places.",
        ),
    ),
    coda=Coda(
        title="The Last Cup",
        setting="[2041]",
        text="It was morning. “Is it you?” it said.\n\n“It is”, I said.",
        inspired=("Kettles", "mornings", "a film"),
        extra="**AI usage:** None.",
    ),
    thanks="Thanks for reading!",
    extra="A comment from a reader.",
)


def bare(found: Issue | None) -> Issue:
    """An issue without the quotes and links that are read off its texts."""
    assert found
    entries = (replace(entry, quotes=(), links=()) for entry in found.entries)
    return replace(found, entries=tuple(entries), front={}, date=None, id="n41")


def only(found: list[Found]) -> Issue:
    (one,) = found
    assert not one.reason
    return bare(one.issue)


def test_markdown() -> None:
    assert only(read_issues("41.md", MARKDOWN.encode())) == ISSUE


def test_a_draft_of_it_reads_as_the_same() -> None:
    once = only(read_issues("41.md", MARKDOWN.encode()))
    again = read(to_markdown(once)).issue
    (whole,) = read_issues("41.md", MARKDOWN.encode())
    assert whole.issue
    assert to_json(read(to_markdown(whole.issue)).issue) == to_json(whole.issue)
    assert bare(again) == once


def messy(markdown: str) -> str:
    """The Markdown as exports in the wild have it."""
    text = re.sub(r"(?<=[\w,]) (\[[^\]]+\]\([^)]+\)|\*[a-z][^*]+\*)", r"\n\n\1\n\n", markdown)
    text = re.sub(
        r"\*\*([\w ]+):\*\* (\[[^\]]+)\](\([^)]+\)) \(([^)]+)\)\.",
        r"**\1**\n\n:\n\2 (\4)]\3\n\n.",
        text,
    )
    text = re.sub(
        r"\*\*Find out more at the website:\*\* (\[.*\)).\n",
        r"**Find out more at the website**\n\n:\n\1\n\n.\n",
        text,
    )
    text = text.replace("***\n", "\\*\\*\\*\n").replace(
        "**Why this matters - patience pays:** ", "**Why this matters - patience pays:**\n\n"
    )
    text = text.replace(
        "**Things that inspired this story:** ", "**Things that inspired this story:**\n\n"
    )
    return (
        text.replace("&", "&amp;")
        .replace("'", "&#39;")
        .replace("\n\n**Why this matters:**", "  \n\n\n**Why this matters:**")
    )


def test_markdown_as_exports_have_it() -> None:
    text = messy(MARKDOWN)
    assert "\n\n[the notes](https://lab.example/notes)\n\n say" in text
    assert "(arXiv, GitHub)](https://lab.example/abs/1)\n\n.\n" in text
    assert only(read_issues("41.md", text.encode())) == ISSUE


HEADLINE = "**Nobody regulates steam – and what if they did:**"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (HEADLINE, HEADLINE.strip("*")),
        (HEADLINE, f"## {HEADLINE.strip('*')}"),
        (HEADLINE, f"{HEADLINE[:-3]}**:"),
        (HEADLINE, "**Nobody regulates steam –** **and what if they did:**"),
        (f"{HEADLINE}\n", f"{HEADLINE}\n\n"),
        (f"{HEADLINE}\n", f"{HEADLINE} "),
        (f"{HEADLINE}\n", HEADLINE),
        ("*…A policy item…*", "*...A policy item...*"),
        ("*…A policy item…*", "…A policy item…"),
        ("*…A policy item…*", "*…A policy item*"),
        ("*…A policy item…*\n\n", "*…A policy item…*\n"),
        ("- patience pays:** If", "- patience pays**: If"),
        ("matters - patience pays:** If", "matters -** **patience pays:** If"),
        ("**Why this matters - patience pays:** If", "**Why this matters** - patience pays: If"),
        ("**Why this matters - patience pays:** If", "Why this matters - patience pays: If"),
        ("**Why this matters - patience pays:** If", "**Why this matters – patience pays:**\n\nIf"),
        (
            "**Why this matters - patience pays:** If",
            "**Why this matters -**\n\n**patience pays:** If",
        ),
        ("**Why this matters:** rules", "**Why this matters**: rules"),
        ("**Read more:** [The", "**Read more**: [The"),
        ("**Read more:** [The", "Read more: [The"),
        (
            "[The Steam Rules](https://rules.example/steam)",
            "**[The Steam Rules](https://rules.example/steam)**",
        ),
        ("(Gazette, PDF).", "(Gazette, PDF)"),
        (").\n\n**Find out", "). **Find out"),
        ("\n***\n", "\n* * *\n"),
        ("\n***\n", "\n\\*\\*\\*  \n"),
        ("\n***\n", "\n#########\n"),
        ("***\n\n**Tech", "**Tech"),
        ("**Tech Tales:**\n\n", "## Tech Tales\n\n"),
        ("**Tech Tales:**\n\n**The Last Cup**", "**Tech Tales: The Last Cup**"),
        ("*[2041]*", "\\[2041\\]"),
        ("*[2041]*", "**[2041]**"),
        ("**Things that inspired this story:** K", "*Things that inspired this story: K"),
        ("**Things that inspired this story:** K", "**Things that inspired this story**\n\n: K"),
        ("Thanks for reading!", "***Thanks for reading!***"),
        (
            "Do kettles dream of rain?\n",
            "### Do kettles dream of rain?\n\nThe Editor\n\nMar 02, 2026\n",
        ),
        (HEADLINE, f"***{HEADLINE.strip('*')}***"),
        (f"{HEADLINE}\n*…", f"{HEADLINE[:-2]}\\\n***…"),
        (f"{HEADLINE}\n*…A policy item…*", f"{HEADLINE[:-2]}  \n**_…A policy item…_"),
        (f"{HEADLINE}\n", f"{HEADLINE}\\\n"),
        (f"{HEADLINE}\n", f"{HEADLINE}<br>"),
        (HEADLINE, f"<b>{HEADLINE.strip('*')}</b>"),
        (f"{HEADLINE}\n", f"{HEADLINE.strip('*')}\n-----\n"),
        ("*…A policy item…*", "*….A policy item….*"),
        ("*…A policy item…*", "*. . .A policy item. . .*"),
        ("*…A policy item…*", "*..A policy item..*"),
        ("- patience pays:** If", "-- patience pays:** If"),
        ("**Why this matters - patience pays:** If", "*Why this matters - patience pays:* If"),
        ("**Why this matters - patience pays:** If", "***Why this matters - patience pays:*** If"),
        ("**Why this matters - patience pays:** If", "### Why this matters: patience pays\n\nIf"),
        (
            "**Why this matters - patience pays:** If",
            "**Why this matters**\n\n**- patience pays:** If",
        ),
        ("**Read more:** [The", "* **Read more:** [The"),
        ("**Read more:** [The", "**Read more:**\n\n* [The"),
        ("**Read more:** [The", "### Read more:\n\n[The"),
        ("**Read more:** [The", "Read more:\n\n[The"),
        ("**Read more:** [The", "**Read more**[: The"),
        ("rules.example/steam)", 'rules.example/steam "The rules")'),
        ("[The Steam Rules](https://rules.example/steam)", "[The Steam Rules][r]"),
        (
            "[The Steam Rules](https://rules.example/steam) (Gazette, PDF).",
            "The Steam Rules ([Gazette, PDF](https://rules.example/steam)).",
        ),
        (
            "**Read more:** [The Steam Rules](https://rules.example/steam) (Gazette, PDF).",
            "**[Read more: The Steam Rules (Gazette, PDF)](https://rules.example/steam)**",
        ),
        ("(Gazette, PDF).", "*(Gazette, PDF)*."),
        ("\n***\n", "\n⁂\n"),
        ("\n***\n", "\n• • •\n"),
        ("\n***\n", "\n—\n"),
        ("\n***\n", "\n<hr/>\n"),
        ("\n***\n", "\n###\n"),
        ("**Things that inspired this story:** K", "### Things that inspired this story\n\nK"),
        ("**Things that inspired this story:** K", "**Things that inspired this:** K"),
        ("“It hums”", "&ldquo;It&nbsp;hums&rdquo;"),
        ("rules cost something.", "rules cost something\\."),
        ("[an earlier issue](https", "\n\n[an earlier issue](https"),
        (" among them.", "\n\namong them."),
    ],
)
def test_the_forms_of_real_issues(old: str, new: str) -> None:
    assert old in MARKDOWN
    text = MARKDOWN.replace(old, new)
    if "[r]" in new:
        text += "\n[r]: https://rules.example/steam\n"
    found = only(read_issues("41.md", text.encode()))
    before = "The Editor\n\nMar 02, 2026\n\n" if "The Editor" in new else ""
    assert found == replace(ISSUE, extra=before + ISSUE.extra)


@pytest.mark.parametrize(
    "label", ["Why it matters", "Why we should care", "Why all of this matters", "So what?"]
)
def test_the_editors_judgement_may_be_called_otherwise(label: str) -> None:
    old = "**Why this matters - patience pays:**"
    assert old in MARKDOWN
    entry = ISSUE.entries[0]
    said = replace(entry.why, label=label)
    for mark in (f"**{label} - patience pays:**", f"*{label} - patience pays:*"):
        found = only(read_issues("41.md", MARKDOWN.replace(old, mark).encode()))
        assert found.entries[0] == replace(entry, why=said)
        assert read(to_markdown(found)).issue.entries[0].why == said
        assert from_json(to_json(found)).entries == found.entries
    lead = MARKDOWN.replace("**What the thing is made of:**", "**Why tin matters to them:**")
    assert lead != MARKDOWN
    assert only(read_issues("41.md", lead.encode())).entries[0].why == entry.why


SUBSTACK = """<!doctype html><html><head><title>{title} - by The Editor</title>
<script type="application/ld+json">{{"datePublished": "2026-03-02T12:00:00+00:00"}}</script></head>
<body><nav>Home Archive</nav><article>
<h1 class="post-title published">{title}</h1>
<h3 class="subtitle">Do kettles dream of rain?</h3>
<div class="available-content"><div dir="auto" class="body markup">
<p>{welcome}</p>
<p class="button-wrapper"><a class="button" href="https://k.example/s"><span>Subscribe</span></a></p>
<p><strong>Hill Lab: Let's not boil, let's simmer:<br></strong><em>…A sensible aim which may be hard
to reach…<br></em>Somebody has built it, and <a href="https://lab.example/notes">the notes</a> say
why. “It hums”, <em>it does</em>.</p>
<p><strong>What the thing is made of:</strong></p>
<ul><li><p><strong>Tin:</strong> the outside, which “holds things”.</p></li>
<li><p><strong>Water:</strong> the inside.</p></li></ul>
<p><strong>Why this matters - patience pays: </strong>If parts are cheap, so can
<a href="https://t.example/">it</a>. Maybe.<br>
<strong>Read more</strong>: <a href="https://lab.example/abs/1">On Simmering: An Account</a>
(arXiv, GitHub).<br>
<strong>Find out more at the website:</strong> <a href="https://lab.example/">Hill Lab</a>.</p>
<div><hr></div>
<p><strong>Nobody regulates steam – and what if they did:</strong><br><em>…A policy item…</em></p>
<p>Two paragraphs, with <a href="https://kettle.example/p/9">an earlier issue</a> among them.</p>
<blockquote><p>We are deeply concerned.</p></blockquote><p>The second one.</p>
<p><strong>Why this matters:</strong> rules cost something.</p>
<p><strong>Read more: <a href="https://rules.example/steam">The Steam Rules (Gazette, PDF)</a>
</strong>.</p>
<p>***</p>
<p><strong>Import A-Idea: On waiting:</strong></p><p>An essay, in <b>bold</b> places.</p>
<p>* * *</p>
<p><strong>Tech Tales:</strong></p><p><strong>The Last Cup</strong><br>[2041]</p>
<p>It was morning. “Is it you?” it said.</p><p>“It is”, I said.</p>
<p><strong>Things that inspired this story:</strong> Kettles; mornings; a film.</p>
<p><strong>AI usage:</strong> None.</p>
<p><em><strong>Thanks for reading!</strong></em></p><p>A comment from a reader.</p>
</div></div></article><footer>© somebody</footer></body></html>"""


def substack() -> str:
    return SUBSTACK.format(title=TITLE, welcome=WELCOME)


def test_a_page() -> None:
    (found,) = read_issues("page.html", substack().encode())
    assert found.issue
    assert (found.issue.id, found.issue.date) == ("2026-w10", date(2026, 3, 2))
    assert bare(found.issue) == ISSUE


def test_another_page() -> None:
    blog = substack().replace("post-title published", "entry-title").replace("h3 class", "p class")
    blog = blog.replace('<div dir="auto" class="body markup">', '<div class="entry-content">')
    blog = blog.replace('<p class="subtitle">Do kettles dream of rain?</h3>', "").replace(
        "***", "#####"
    )
    assert only(read_issues("page", blog.encode())) == replace(ISSUE, subtitle="")


def test_a_mail() -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = TITLE, "me@kettle.example", "you@kettle.example"
    mail["Date"] = "Mon, 02 Mar 2026 12:00:00 +0000"
    mail.set_content("See the HTML part.")
    mail.add_alternative(substack(), subtype="html")
    for name in ("41.eml", "41"):
        (found,) = read_issues(name, mail.as_bytes())
        assert found.issue
        assert found.issue.date == date(2026, 3, 2)
        assert bare(found.issue) == ISSUE


def test_an_export() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        body = substack()[
            substack().index("<p>Welcome") : substack().index("</div></div></article>")
        ]
        archive.writestr("posts/2.about-us.html", "<p>We are a newsletter.</p>")
        archive.writestr("posts/10.humming-tin.html", body)
        archive.writestr(
            "posts.csv",
            "post_id,post_date,title,subtitle\n"
            f'10.humming-tin,2026-03-02T12:00:00.000Z,"{TITLE}",Do kettles dream of rain?\n'
            "2.about-us,2026-01-01T12:00:00.000Z,About us,\n",
        )
    about, issue = read_issues("export.zip", out.getvalue())
    assert (about.name, about.issue) == ("export.zip/posts/2.about-us.html", None)
    assert "no title with a number" in about.reason
    assert issue.issue
    assert issue.issue.date == date(2026, 3, 2)
    assert bare(issue.issue) == ISSUE


def test_a_broken_archive_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_issues("export.zip", b"PK\x03\x04 nonsense")


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_damaged_post_holds_up_no_other() -> None:
    body = bytearray(zipped({"posts/1.a.html": b"x" * 500, "posts/2.b.html": substack().encode()}))
    body[len("posts/1.a.html") + 32] ^= 0xFF  # within the first file's data
    broken, issue = read_issues("export.zip", bytes(body))
    assert "cannot be unpacked" in broken.reason
    assert bare(issue.issue) == ISSUE


def test_an_archive_that_unpacks_to_too_much_is_refused_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("digest.draft.archive.files.MOST_UNPACKED", 5_000_000)
    monkeypatch.setattr("digest.draft.archive.files.MOST_BYTES", 2_000_000)
    bomb = zipped({f"posts/{n}.html": b"<p>" * 600_000 for n in range(3)})
    assert len(bomb) < 50_000
    with pytest.raises(UsageError, match="unpacks to more"):
        read_issues("bomb.zip", bomb)
    (large,) = read_issues("large.zip", zipped({"posts/1.html": b"<p>" * 700_000}))
    assert large.reason == "it is too large"


def test_what_hides_in_an_archive_is_not_opened() -> None:
    inner = zipped({"1.md": MARKDOWN.encode()})
    names = {"../../etc/1.md": MARKDOWN.encode(), "/tmp/in.zip": inner, "run.sh": b"#!/bin/sh"}
    outside, nested = read_issues("odd.zip", zipped(names))
    assert bare(outside.issue) == ISSUE
    assert "an archive within an archive" in nested.reason


def test_drafts_in_an_export_were_never_published() -> None:
    table = f'post_id,post_date,is_published,title\n1.a,,false,"{TITLE}"\n'
    body = zipped({"posts.csv": table.encode(), "posts/1.a.html": b"<p>Hm.</p>"})
    (found,) = read_issues("export.zip", body)
    assert found.reason == "it was never published"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("nul.txt", b"Import Kettle 41: Tin\n" + bytes(range(256)) * 200),
        ("mail.eml", b"Subject: =?x?q?\xff?=\nDate: 99\nFrom: <\n\n" + b"\xff" * 999),
        ("mail.eml", b"Content-Type: text/html; charset=no-such\nSubject: a 1: b\n\n<p>x"),
        ("issue.json", b'{"id": 1, "number": "x"}'),
    ],
)
def test_hostile_files_are_read_or_refused(name: str, body: bytes) -> None:
    for found in read_issues(name, body):
        assert found.issue or found.reason


_HEAD = b"# Import Kettle 41: Tin\n\n"
_MAIL = b"Content-Type: multipart/mixed; boundary=b\n\n"


@pytest.mark.parametrize(
    ("name", "flood"),
    [
        ("deep.html", lambda k: b"<h1>Import Kettle 41: Tin</h1>" + b"<div>" * 15_000 * k + b"."),
        ("odd.html", lambda k: b"<h1>Import Kettle 41: Tin</h1><p>" + b"<b><i>" * 5_000 * k),
        ("quotes.md", lambda k: _HEAD + b">" * 12_500 * k + b" x\n" + b"**a " * 5_000 * k),
        ("open.md", lambda k: _HEAD + b"[" * 12_500 * k + b"*" * 12_500 * k + b"(" * 12_500 * k),
        ("links.md", lambda k: _HEAD + b"**Read more:** " + b"[a](b) (" * 5_000 * k),
        ("bold.md", lambda k: _HEAD + b"**a**\n\n" * 1_000 * k),
        (
            "m.eml",
            lambda k: _MAIL + b"--b\n" * 2_500 * k,
        ),
        ("issue.json", lambda k: b"[" * 25_000 * k),
        ("table.html", lambda k: b"<table>" * 800 * k + b"<tr><td>x" * 800 * k),
    ],
)
def test_hostile_files_cost_their_size(name: str, flood: Callable[[int], bytes]) -> None:
    def read(body: bytes) -> None:
        for found in read_issues(name, body):
            assert found.issue or found.reason

    assert_linear(read, flood)


def test_a_mail_does_not_tell_of_its_reader() -> None:
    mail = EmailMessage()
    mail["Subject"], mail["Date"] = TITLE, "Mon, 02 Mar 2026 12:00:00 +0000"
    mail.set_content(
        f"<p>{WELCOME}</p><p>See <a href='https://k.example/p?token=secret'>this</a>.</p>"
        "<p><a href='https://k.example/action/unsubscribe?x=1'>Unsubscribe</a></p>"
        "<img src='https://k.example/open.gif' width=1 height=1>",
        subtype="html",
    )
    (found,) = read_issues("a.eml", mail.as_bytes())
    text = json.dumps(to_json(found.issue)) if found.issue else ""
    assert "https://k.example/p" in text
    assert not any(word in text for word in ("secret", "action/unsubscribe", "open.gif"))


PLAIN = f"""{TITLE}
Do kettles dream of rain?
{WELCOME}
Hill Lab: Let's not boil, let's simmer:
…A sensible aim which may be hard to reach…
Somebody has built a *thing*.
Why this matters -patience (mostly) pays: Because: it does.
Read more: On Simmering (arXiv, pdf).
Find out more at the website: Hill Lab.
***
Nobody regulates steam:
…A policy item…
Two sentences. That is all.
Why this matters: rules cost something. Who pays: us.
Read more: The Steam Rules (Gazette).
Tech Tales:
The Last Cup
[2041]
It was morning.
Things that inspired this story: Kettles; mornings.
Thanks for reading!
"""


def test_plain_text() -> None:
    found = only(read_issues("41.txt", PLAIN.encode()))
    first, second = found.entries
    assert (found.number, found.subtitle, found.welcome) == (41, ISSUE.subtitle, WELCOME)
    assert (first.headline, first.tagline) == (ISSUE.entries[0].headline, ISSUE.entries[0].tagline)
    assert first.body == "Somebody has built a \\*thing\\*."
    assert first.why == Why("patience (mostly) pays", "Because: it does.")
    assert [(more.label, more.title, more.venues) for more in first.read_more] == [
        ("Read more", "On Simmering", ("arXiv", "pdf")),
        ("Find out more at the website", "Hill Lab", ()),
    ]
    assert second.why == Why("", "rules cost something. Who pays: us.")
    assert found.coda
    assert (found.coda.title, found.coda.setting) == ("The Last Cup", "[2041]")
    assert (found.coda.text, found.coda.inspired) == ("It was morning.", ("Kettles", "mornings"))


def test_the_seed_issue(shared: Path) -> None:
    body = (shared / "seeds" / "import-ai-437.txt").read_bytes()
    (found,) = read_issues("import-ai-437.txt", body)
    assert found.issue
    value = to_json(found.issue)
    again = read(to_markdown(found.issue))
    assert json.dumps(to_json(again.issue)) == json.dumps(value)
    assert [entry["why"]["thesis"][:20] for entry in value["entries"]] == [
        "a Rorschach for the ",
        "policy is expensive",
        "back to the RL futur",
        "this is what robots ",
    ]
    assert [len(entry["read_more"]) for entry in value["entries"]] == [1, 1, 2, 1]
    assert value["subtitle"].endswith("is nigh?")
    assert (value["coda"]["setting"], len(value["coda"]["inspired"])) == ("[2033]", 3)
    assert value["thanks"] == "Thanks for reading!"
    words = Counter(re.findall(r"\w+", to_plain(to_markdown(found.issue))))
    assert not Counter(re.findall(r"\w+", body.decode())) - words


def test_the_shape_of_exports(shared: Path) -> None:
    body = (shared / "data" / "issue-shape.md").read_bytes()
    (found,) = read_issues("12.md", body)
    assert found.issue
    first, second = found.issue.entries
    assert (first.why.thesis, second.why.thesis) == ("things are made of parts", "")
    assert [more.url for entry in (first, second) for more in entry.read_more] == [
        "https://example.org/abs/1",
        "https://example.org/things",
        "https://example.org/rules",
    ]
    assert first.read_more[0].venues == ("Journal of Things",)
    assert first.extra == second.extra == ""


def test_a_draft_is_read_as_a_draft() -> None:
    text = to_markdown(draft_issue())
    assert format_of("x.md", text.encode()) == "draft"
    about = f"---\ntitle: An essay\n---\n\nissue: 12\n\n{text.partition('---')[2]}"
    assert format_of("x.md", about.encode()) == "markdown"
    text = to_markdown(replace(draft_issue(), entries=(ISSUE.entries[0],)))
    assert format_of("x.md", text.encode()) == "draft"
    assert only(read_issues("x.md", text.encode())).entries == (ISSUE.entries[0],)


def test_front_matter_of_another_program() -> None:
    text = MARKDOWN.split("\n", 2)[2].replace("Do kettles dream of rain?\n", "")
    front = f"---\ntitle: '{TITLE}'\nsubtitle: Do kettles dream of rain?\ndate: 2026-03-02\n---\n"
    (found,) = read_issues("x.md", (front + text).encode())
    assert found.issue
    assert found.issue.id == "2026-w10"
    assert bare(found.issue) == ISSUE


# What stands in the JSON's keys, or is markup.
_LABELS = re.compile(
    r"&quot;|https?://\S+|Tech Tales|Things that inspired this story|Why this matters"
)
PARAGRAPHS = st.lists(
    st.sampled_from(
        [
            "A sentence with words.",
            "**A lead-in:**",
            "**Read more**",
            "**Read more:** [T](https://a.example/x) (B).",
            ": [T](https://a.example/y) and [U](https://b.example/)",
            "**Get the data here:**",
            "**Why this matters - so:** text",
            "**Headline:**\n*…tag…*",
            "…tagline…",
            "**Tech Tales:**",
            "**Things that inspired this story:** a; b.",
            "Thanks for reading!",
            "[a link](https://c.example/)",
            "*emphasis*",
            "> quote",
            "* item",
            "lower case start",
            ", which goes on",
            ".",
            "***",
            "\\*\\*\\*",
            "## Heading",
            "`code`",
            "```\ncode\n```",
            "&quot;quoted&quot;",
            "<!-- entry x -->",
        ]
    ),
    max_size=25,
)


@thorough
@given(PARAGRAPHS)
def test_no_word_is_lost(paragraphs: list[str]) -> None:
    text = "\n\n".join([f"# {TITLE}", WELCOME, *paragraphs])
    found = outline(mend(text))
    assert found
    said = " ".join(_strings(to_json(found)))
    words = re.compile(r"[^\W_]+")
    wanted = Counter(words.findall(_LABELS.sub("", text)))
    assert not wanted - Counter(words.findall(said))
    assert all(address in said for address in re.findall(r"https?://[^)\s]+", text))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value


@thorough
@given(PARAGRAPHS)
def test_what_was_imported_can_be_written_and_read(paragraphs: list[str]) -> None:
    found = outline(mend("\n\n".join([f"# {TITLE}", WELCOME, *paragraphs])))
    assert found
    once = to_markdown(found)
    again = to_markdown(read(once).issue)
    assert to_markdown(read(again).issue) == again
    words = re.compile(r"[^\W_]+")
    assert not Counter(words.findall(once)) - Counter(words.findall(again))

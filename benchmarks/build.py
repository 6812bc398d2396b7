"""How long building the site takes: 500 issues of five entries of about 500 words.

    python benchmarks/build.py [--issues N] [--folder DIR] [--pelican PATH]

Measures a full build, a build without a change and one after a correction, each in a process of
its own that reads sources.yaml and the database as `digest build` does; beside them Hugo, where it
is on the PATH, and Pelican, where it is named, render the same texts to pages of the same number
and kind. What the others do not make (pictures, mails, the index of the search) is left out there
and measured at the end. Wall seconds, CPU seconds of all cores together, and the largest process's
memory. All programs are compiled before, as installed ones are; a folder in memory (`--folder
/dev/shm/x`) leaves the disk out of it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from digest.model import Entry, Issue, Quote, ReadMore, Reference, Why
from digest.pipeline.build import build
from digest.pipeline.project import Project

WORDS = """
the a of in to and with for that which notebook kettle harbour model lamp ledger checker rain draft
register agent world policy reads writes keeps learns forgets proposes measures slowly
"""
THEMES = ("notebooks", "weather", "rules")
START = date(2016, 1, 4)


# ------------------------------------------------------------------------------------------ texts


def sentence(chance: random.Random) -> str:
    """Some words, as a sentence."""
    return " ".join(chance.choices(WORDS.split(), k=chance.randint(8, 24))).capitalize() + "."


def paragraph(chance: random.Random, words: int) -> str:
    """Sentences of about so many words together."""
    found: list[str] = []
    while sum(len(one.split()) for one in found) < words:
        found.append(sentence(chance))
    return " ".join(found)


def body(chance: random.Random, number: int) -> str:
    """The Markdown of an entry: paragraphs, a quotation, a list, a lead-in, a link."""
    quote, link = sentence(chance), f"[the account](https://paper.example/{number})"
    return "\n\n".join(
        (
            paragraph(chance, 110),
            f"“{quote}” the authors write. {paragraph(chance, 50)} See {link}.",
            f"**What it is made of:** {paragraph(chance, 80)}",
            "\n".join(f"* **{word}:** {sentence(chance)}" for word in ("First", "Second", "Third")),
            f"> {paragraph(chance, 40)}",
            paragraph(chance, 70),
        )
    )


def texts(count: int) -> list[dict[str, object]]:
    """The issues as plain values, the same each time."""
    chance = random.Random(437)
    return [
        {
            "number": number,
            "day": (START + timedelta(weeks=number)).isoformat(),
            "entries": [
                {
                    "key": f"{number:06x}{place:04x}",
                    "headline": sentence(chance)[:70].rstrip() + ":",
                    "tagline": sentence(chance)[:60].rstrip(),
                    "body": body(chance, number * 5 + place),
                    "thesis": sentence(chance)[:50].rstrip(),
                    "why": paragraph(chance, 70),
                    "theme": chance.choice(THEMES),
                }
                for place in range(5)
            ],
        }
        for number in range(count)
    ]


# ----------------------------------------------------------------------------------------- digest


SOURCES = "\n".join(
    (
        "newsletter: {title: The Harbour Light, url: 'https://harbour.example/', first_number: 0}",
        "themes:",
        *(f"  - {{id: {one}, title: {one.title()}, description: All of it.}}" for one in THEMES),
        "",
    )
)


def project(folder: Path) -> Project:
    """The newsletter in a folder."""
    return Project.open(folder / "sources.yaml", now=datetime(2026, 11, 30, tzinfo=UTC))


def fill(folder: Path, issues: Sequence[dict[str, object]]) -> None:
    """A newsletter of which these issues are out."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    with project(folder) as own, own.store.transaction():
        for one in issues:
            day = date.fromisoformat(str(one["day"]))
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            own.store.issues.publish(
                _issue(one, day), as_markdown(one["entries"], level="##"), noon
            )


def correct(folder: Path, one: dict[str, object]) -> None:
    """Say one more word in an issue that is out."""
    day = date.fromisoformat(str(one["day"]))
    issue = _issue(one, day)
    first = replace(issue.entries[0], body=issue.entries[0].body + "\n\nOne more word.")
    changed = replace(issue, entries=(first, *issue.entries[1:]))
    with project(folder) as own:
        own.store.issues.publish(changed, "", own.now, correction="One more word.")


def _issue(one: dict[str, object], day: date) -> Issue:
    entries = one["entries"]
    assert isinstance(entries, list)
    year, week, _ = day.isocalendar()
    return Issue(
        id=f"{year}-w{week:02d}",
        number=int(str(one["number"])),
        title=f"The Harbour Light {one['number']}: one thing; another; a third",
        parts=("one thing", "another", "a third"),
        subtitle="Who reads the second draft?",
        date=day,
        status="published",
        welcome="Welcome to The Harbour Light.",
        entries=tuple(_entry(entry) for entry in entries),
        thanks="Thanks for reading!",
    )


def quoted(text: str) -> list[str]:
    """The two quotations of a body, which a snapshot would hold."""
    return [text.partition("“")[2].partition("”")[0], text.partition("\n> ")[2].partition("\n")[0]]


def _entry(one: dict[str, str]) -> Entry:
    return Entry(
        key=one["key"],
        headline=one["headline"],
        tagline=one["tagline"],
        body=one["body"],
        why=Why(one["thesis"], one["why"]),
        read_more=(ReadMore("The Account", f"https://paper.example/{one['key']}", ("arXiv",)),),
        themes=(one["theme"],),
        quotes=tuple(Quote(words, f"lab/{one['key']}", 1) for words in quoted(one["body"])),
        sources=(
            Reference(
                f"lab/{one['key']}",
                "The Account",
                f"https://paper.example/{one['key']}",
                ("Ada Quill", "Bo Reed"),
                "Lowtide notes",
                datetime(2026, 1, 2, tzinfo=UTC),
            ),
        ),
    )


# ------------------------------------------------------------------------------------- the others


def as_markdown(entries: object, *, level: str) -> str:
    """An issue's entries as one Markdown text."""
    assert isinstance(entries, list)
    return "\n\n***\n\n".join(
        f"{level} {one['headline']}\n\n*…{one['tagline']}…*\n\n{one['body']}\n\n"
        f"**Why this matters - {one['thesis']}:** {one['why']}\n\n"
        f"**Read more:** [The Account](https://paper.example/{one['key']}) (arXiv)."
        for one in entries
    )


def as_companion(one: dict[str, str]) -> str:
    """What an entry's companion holds: its paragraphs' beginnings, quotations, bottom line."""
    begins = [part.partition(".")[0] + "." for part in one["body"].split("\n\n")]
    quotes = [f"> {words}" for words in quoted(one["body"])]
    source = f"[The Account](https://paper.example/{one['key']}) (Lowtide notes)"
    return "\n\n".join((*begins, *quotes, f"**{one['thesis']}** {one['why']}", source))


def hugo_site(folder: Path, issues: Sequence[dict[str, object]]) -> None:
    """A Hugo site of the same issues, with themes as its taxonomy and a feed."""
    base = (
        "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{{ .Title }}</title>"
        '<link rel=stylesheet href="/style.css"></head><body>{{ block "main" . }}{{ end }}</body>'
        "</html>"
    )
    one = (
        '{{ define "main" }}<article><h1>{{ .Title }}</h1><p>{{ .Date.Format "2 January 2006" }},'
        " {{ .ReadingTime }} min</p>{{ .Content }}</article>{{ with .PrevInSection }}"
        '<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}{{ with .NextInSection }}'
        '<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}{{ end }}'
    )
    many = (
        '{{ define "main" }}<h1>{{ .Title }}</h1><ol>{{ range .Pages }}<li>'
        '<a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Date.Format "2006-01-02" }}</li>'
        "{{ end }}</ol>{{ end }}"
    )
    layouts = folder / "layouts/_default"
    layouts.mkdir(parents=True)
    for name, text in (("baseof", base), ("single", one), ("list", many)):
        (layouts / f"{name}.html").write_text(text)
    (folder / "config.toml").write_text(
        'baseURL = "https://harbour.example/"\ntitle = "The Harbour Light"\n[taxonomies]\n'
        'theme = "themes"\n'
    )
    content = folder / "content/issues"
    content.mkdir(parents=True)
    for issue in issues:
        found = issue["entries"]
        assert isinstance(found, list)
        themes = json.dumps(sorted({entry["theme"] for entry in found}))
        (content / f"n{issue['number']}.md").write_text(
            f"---\ntitle: Issue {issue['number']}\ndate: {issue['day']}\nthemes: {themes}\n---\n\n"
            + as_markdown(found, level="##"),
            encoding="utf-8",
        )
        for entry in found:
            (folder / "content/companions").mkdir(exist_ok=True)
            (folder / f"content/companions/{entry['key']}.md").write_text(
                f"---\ntitle: {json.dumps(entry['headline'])}\ndate: {issue['day']}\n---\n\n"
                + as_companion(entry),
                encoding="utf-8",
            )


def pelican_site(folder: Path, issues: Sequence[dict[str, object]]) -> None:
    """A Pelican site of the same issues, with its own simple theme and a feed."""
    content = folder / "content"
    content.mkdir(parents=True)
    (folder / "pelicanconf.py").write_text(
        'SITEURL = "https://harbour.example"\nSITENAME = "The Harbour Light"\nTIMEZONE = "UTC"\n'
        'THEME = "simple"\nFEED_ALL_ATOM = "feed.xml"\nCATEGORY_FEED_ATOM = None\n'
        "AUTHOR_SAVE_AS = ''\nDEFAULT_PAGINATION = 100\nPATH = 'content'\n"
    )
    for issue in issues:
        (content / f"n{issue['number']}.md").write_text(
            f"Title: Issue {issue['number']}\nDate: {issue['day']}\nCategory: issues\n\n"
            + as_markdown(issue["entries"], level="##"),
            encoding="utf-8",
        )
        entries = issue["entries"]
        assert isinstance(entries, list)
        for entry in entries:
            (content / f"c{entry['key']}.md").write_text(
                f"Title: {entry['headline']}\nDate: {issue['day']}\nCategory: companions\n"
                f"Slug: {entry['key']}\n\n" + as_companion(entry),
                encoding="utf-8",
            )


# -------------------------------------------------------------------------------------- measuring


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds by the clock, seconds of CPU, megabytes at most."""

    wall: float
    cpu: float
    memory: float

    def __str__(self) -> str:
        return f"{self.wall:6.2f} s wall {self.cpu:6.2f} s CPU {self.memory:5.0f} MB"


# What a person has who installed the program: modules that were compiled then.
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def measure(command: Sequence[str | Path], folder: Path) -> Cost:
    """Run a command to its end, its children's time included."""
    start = time.perf_counter()
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=COMPILED, stdout=output, stderr=output)
        _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit((folder / "output.log").read_text() + f"{command[0]} failed")
    wall = time.perf_counter() - start
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--issues", type=int, default=500)
    parser.add_argument("--folder", type=Path, help="keep everything here")
    parser.add_argument("--pelican", help="the pelican command of an environment that has it")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        with project(options.build) as own:
            print(build(own, alone=True).summary())
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        compare(folder.absolute(), texts(options.issues), options.pelican)


def compare(folder: Path, issues: list[dict[str, object]], pelican: str | None) -> None:
    """Every build after the other, so that they share nothing but the disk."""
    fill(folder / "few", issues[:3])
    measure([sys.executable, __file__, "--build", folder / "few"], folder)
    news = folder / "news"
    fill(news, issues)
    own: list[str | Path] = [sys.executable, __file__, "--build", news]
    print("digest, full:      ", measure(own, folder))
    print("digest, no change: ", measure(own, folder))
    if "nothing changed" not in (said := (folder / "output.log").read_text()):
        raise SystemExit(f"not comparable: the program changed meanwhile, and said {said}")
    correct(news, issues[len(issues) // 2])
    print("digest, one change:", measure(own, folder))
    print("  ", (folder / "output.log").read_text().strip())
    files = [one for one in (news / "data/site").rglob("*") if one.is_file()]
    print(f"   {sum(one.stat().st_size for one in files) / 1e6:.1f} MB")
    if hugo := shutil.which("hugo"):
        hugo_site(folder / "hugo", issues)
        print("hugo, full:        ", measure([hugo, "--quiet"], folder / "hugo"))
    if pelican:
        pelican_site(folder / "pelican", issues)
        print("pelican, full:     ", measure([pelican, "-q"], folder / "pelican"))
    whole: list[str | Path] = [sys.executable, "-m", "digest", "-C", news, "build"]
    print("digest build, with pictures, mails and the index of the search, none of which is there:")
    print("  the first time:  ", measure(whole, folder))
    print("  no change:       ", measure(whole, folder))


if __name__ == "__main__":
    main()

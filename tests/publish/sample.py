"""An invented newsletter that has everything an issue can have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from digest.config.schema import (
    ArxivSource,
    Config,
    FeedSource,
    ForumSource,
    Newsletter,
    Theme,
    Tracker,
)
from digest.model import Coda, Entry, Issue, Quote, ReadMore, Reference, Why
from digest.publish.values import Correction, Filed, Published

BODY = """\
The Lowtide group taught a small model to tidy its own notebook, and then to read it. “The second
draft was never the student's,” they write, “it was the notebook's.” They tried this *forty* times.

**What was in the notebook:**

* **Corrections:** every answer that a checker struck out, with the reason.
* **Habits:** the three mistakes that came back most often.

> “We had expected the loop to stall in the fourth week. It stalled in the ninth, and for a
> reason that had nothing to do with learning: the disk was full.”

### How far it went

| week | notes kept | score |
|-----:|-----------:|------:|
| 1    | 112        | 41.0  |
| 9    | 8,004      | 57.5  |

The checker was blind to units[^1], as [an earlier account](https://lowtide.example/account) says.

```python
keep = [note for note in notebook if note.checked]
```

[^1]: It took metres for feet, twice.
"""

STALLED = """\
We had expected the loop to stall in the fourth week. It stalled in the ninth, and for a
reason that had nothing to do with learning: the disk was full."""

WHY = """\
Anything that keeps its own notes will sooner or later keep its own counsel.

But a notebook can be read. That is more than one can say of most ways to learn.
"""

LOWTIDE = "https://lowtide.example/"
PAPER = "https://arxiv.example/abs/1?a=1&b=2"

TALE = """\
“Is it you?” said the kettle.

“It is,” I said, and the lamp agreed, though nobody had asked the lamp.

By morning the house had voted.
"""


def newsletter() -> Newsletter:
    """Who publishes."""
    return Newsletter(
        title="The Harbour Light",
        url="https://harbour.example/letters/",
        editor="Ada Quill",
        description="A weekly letter on machines that keep notebooks & those who read them.",
        timezone="Europe/London",
    )


def config() -> Config:
    """Three themes; the rest as it comes."""
    themes = (
        ("notebooks", "Machines with notebooks"),
        ("weather", "Simulated weather"),
        ("rules", "Rules & registers"),
    )
    return Config(
        folder=Path("/nowhere"),
        newsletter=newsletter(),
        themes=tuple(
            Theme(id=one, title=title, description=f"All about {title.lower()}.")
            for one, title in themes
        ),
        trackers=(
            Tracker(
                id="notebooks-kept",
                title="Notebooks & kept ones",
                theme="notebooks",
                columns=("year", "example", "link"),
            ),
            Tracker(id="empty-list", title="Nothing yet", columns=("thing",)),
        ),
        sources=(
            FeedSource(id="lowtide", kind="feed", name="Lowtide notes", url=f"{LOWTIDE}feed.xml"),
            FeedSource(id="gone", kind="feed", url="https://gone.example/feed", enabled=False),
            ForumSource(id="lamps", kind="forum", url="https://www.lamps.example"),
            ArxivSource(id="rain", kind="arxiv", query='abs:"artificial rain" AND cat:cs.AI'),
        ),
    )


def filed() -> list[Filed]:
    """Rows of every kind: by hand, of an issue, with markup, without a year."""
    at = datetime(2026, 1, 5, 12, tzinfo=UTC)
    rows = [
        ("2016", "A search for <b>nets</b>", "https://lowtide.example/a-search?x=1&y=2"),
        ("2026", "A notebook that *corrects* itself", "[the account](https://lowtide.example/)"),
        ("", "No year, and a long name that goes on for a while, as such names do", ""),
        ("2,009", "=1+1", "javascript:alert(1)"),
    ]
    columns = ("year", "example", "link")
    found = [Filed("notebooks-kept", dict(zip(columns, row, strict=True)), at) for row in rows]
    found[1] = replace(found[1], issue_id="2026-w13", key="4f21c0a9e1")
    return found


def entry(key: str = "4f21c0a9e1", **changes: object) -> Entry:
    """An entry with everything."""
    whole = Entry(
        key=key,
        headline="Lowtide: Don't build a *better* student, build a better notebook:",
        tagline="A sensible shelf which may be hard to reach",
        body=BODY,
        why=Why("paper remembers what models forget", WHY),
        read_more=(
            ReadMore(
                "Notebooks & Their Students", "https://arxiv.example/abs/1?a=1&b=2", ("arXiv",)
            ),
            ReadMore("the notebook itself", "https://code.example/notebook", (), "Find out more"),
        ),
        themes=("notebooks", "rules"),
        quotes=(Quote("The second draft was never the student's"), Quote(STALLED, "lowtide/1", 1)),
        sources=(
            Reference(
                "lowtide/1",
                "Notebooks *and* <Students>",
                "https://arxiv.example/abs/1?b=2&a=1",
                ("Ada Quill", "Bo Reed", "Cy Lamp", "Di Marsh"),
                "Lowtide notes",
                datetime(2026, 1, 2, 9, tzinfo=UTC),
            ),
            Reference(
                "lamps/7",
                "Who reads it?",
                "https://www.lamps.example/7",
                ("Em",),
                "Lamps",
                comments=34,
            ),
        ),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # a test names real fields


def issue(number: int = 12, **changes: object) -> Issue:
    """The issue of one week: number 1 is of 5 January 2026."""
    day = date(2026, 1, 5) + timedelta(weeks=number - 1)
    year, week, _ = day.isocalendar()
    whole = Issue(
        id=f"{year}-w{week:02d}",
        number=number,
        title=f"The Harbour Light {number}: Better notebooks; rain on demand; a register of lamps",
        parts=("Better notebooks", "rain on demand", "a register of lamps"),
        subtitle="Who reads the second draft?",
        date=day,
        status="published",
        welcome="Welcome to The Harbour Light, a newsletter that runs on tea.",
        entries=(
            entry(),
            Entry(
                key="aa00bb11cc",
                headline="Rain can now be ordered by the square metre:",
                tagline="Mind the drains",
                body="A short one. “It rains where you point,” the authors write.",
                why=Why("", "Because somebody has to stand under it."),
                read_more=(ReadMore("Rain, On Demand", "https://rain.example/", ("Journal",)),),
                themes=("weather",),
            ),
            Entry(
                key="on-registers",
                headline="Import a-idea: on registers",
                kind="essay",
                body="An essay of one paragraph.\n\nAnd of another.",
                themes=("rules",),
                extra="**A note:** written on a train.",
            ),
        ),
        coda=Coda(
            title="The House Votes",
            setting="[2041]",
            text=TALE,
            inspired=("Kettles", "mornings", "a *long* strike"),
            extra="**AI usage:** None.",
        ),
        thanks="*Thanks for reading!*",
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # a test names real fields


def published(number: int = 12, **changes: object) -> Published:
    """The issue of one week as it went out, at noon of its day."""
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC) + timedelta(weeks=number - 1)
    return Published(issue(number, **changes), noon, noon)


def corrected(number: int = 12) -> Published:
    """An issue that was put right two days later."""
    one = published(number)
    later = one.published + timedelta(days=2)
    return replace(one, updated=later, corrections=(Correction(later, "It was 8,004, not 80."),))


def unfinished(number: int = 12) -> Published:
    """An issue that went out although nobody had written everything."""
    left = entry(
        tagline="[[tagline: a wry line]]",
        why=Why("[[why: the thesis]]", "[[why: two or three sentences of your own]]"),
    )
    return published(number, entries=(left,))

"""Values for the tests: invented items, stories and issues, with only what a test speaks of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from digest.model import Comment, Entry, Issue, Item, Link, Quote, ReadMore, Span, Why, Window
from digest.store.database import Store

NOW = datetime(2026, 6, 29, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def item(name: str = "lab/one", **fields: Any) -> Item:
    """An item of the source before the stroke, addressed by its id."""
    source, _, entry = name.partition("/")
    given: dict[str, Any] = {
        "entry_id": entry,
        "url": f"https://{source}.example/{entry}",
        "title": f"About {entry}",
        "text": f"All there is to say about {entry}.",
        "published": NOW - DAY,
        "fingerprint": f"first {entry}",
    }
    return Item(id=name, source_id=source, **(given | fields))


def bulk() -> list[Item]:
    """Items enough that most pages of the database are theirs."""
    return [item(f"lab/{n}", text=f"word{n} " * 400) for n in range(300)]


def damage(path: Path) -> None:
    """Overwrite some pages in the second half of a database that nobody has open."""
    with path.open("rb+") as file:
        file.seek(path.stat().st_size * 5 // 8)
        file.write(b"\xff" * 60_000)


def whole_item() -> Item:
    """An item with a value in every field."""
    return item(
        "forum/whole",
        kind="thread",
        authors=("Ada Quill", "Bo Röm"),
        updated=NOW - HOUR,
        html="<p>All there is</p>",
        links=(Link("https://a.example/x", "a"), Link("https://a.example/x", "again")),
        external_ids={"doi": "10.1/x", "arxiv": "2606.00001"},
        categories=("cs.AI", "cs.CY"),
        discusses="https://b.example/y",
        note="12 pages",
        karma=41,
        comments=(comment("c1"), comment("c2", parent="c1", karma=None, posted=None)),
        via="forum",
    )


def comment(name: str, text: str = "", **fields: Any) -> Comment:
    """A comment with that id."""
    given: dict[str, Any] = {"parent": None, "author": "Cy", "posted": NOW - HOUR, "karma": 3}
    text = text or f"What {name} says."
    return Comment(id=name, text=text, html=f"<p>{text}</p>", **(given | fields))


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in the order of the primary keys."""
    found = {}
    for table in store.counts():
        keys = store.db.rows("SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk", (table,))
        order = ", ".join(row["name"] for row in keys)
        rows = store.db.rows(f"SELECT * FROM {table} ORDER BY {order}")
        found[table] = [tuple(row) for row in rows]
    return found


def issue(issue_id: str = "2026-w27", number: int = 7, **fields: Any) -> Issue:
    """An issue with two entries, one of them made from a story."""
    given: dict[str, Any] = {
        "title": "Small News 7: two things",
        "parts": ("two", "things"),
        "date": date(2026, 6, 29),
        "window": Window(date(2026, 6, 22), date(2026, 6, 29)),
        "entries": (
            Entry(
                key="aaaaaaaaaa",
                headline="A lab says so:",
                body='The authors write: "All there is."',
                why=Why("It matters", "For a reason."),
                read_more=(ReadMore("The paper", "https://lab.example/one", ("arXiv",)),),
                quotes=(Quote("All there is", "lab/one", 1, Span(0, 12)),),
                links=(Link("https://other.example/"),),
                themes=("policy",),
            ),
            Entry(key="by-hand", headline="My own:", kind="essay"),
        ),
        "front": {"colour": "blue", "asked": date(2026, 6, 1), "deep": [1, {"at": NOW}]},
    }
    return Issue(id=issue_id, number=number, **(given | fields))

"""The doctor's look at what is kept: the database and its backups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.errors import OlderDatabase
from digest.operate.findings import Finding, Mend, Place
from digest.pipeline.backup import moment_of, newest_first
from digest.store.soundness import Soundness, examine

STALE = timedelta(days=8)
"""A newest backup that is older deserves a remark."""


def database(place: Place) -> Iterator[Finding]:
    """Every page of the database; the indexes; the tags."""
    path = place.database
    backups = newest_first(path.parent / "backups")
    if not path.exists() or path.stat().st_size == 0:
        if backups:
            yield Finding(
                "database",
                "wrong",
                f"{path} is {'empty' if path.exists() else 'not there'}, and there are backups",
                f"`digest doctor --mend` puts {backups[0].name} in its place.",
                mend="restore",
            )
        else:
            yield Finding("database", "note", "nothing has been stored yet", "Run `digest run`.")
        return
    try:
        found = examine(path)
    except OlderDatabase as problem:
        yield Finding("database", "note", problem.message, problem.cure)
        return
    yield from told(path, found, bool(backups))


def told(path: Path, found: Soundness, has_backup: bool) -> Iterator[Finding]:
    """What was found in the database, each with what mends it."""
    if found.pages:
        cure = (
            "`digest doctor --mend` puts the newest sound backup in its place and keeps this file."
            if has_backup
            else "There is no backup. Leave the file as it is; SQLite's `.recover` may read it."
        )
        first = "; ".join(found.pages[:3])
        mend: Mend = "restore" if has_backup else ""
        yield Finding("database", "wrong", f"{path} is damaged: {first}", cure, mend)
    for what, problems in (("index", found.indexes), ("search index", found.search)):
        if problems:
            yield Finding(
                "database",
                "wrong",
                f"the {what} does not agree with what is stored: {problems[0]}",
                "`digest doctor --mend` makes it anew; nothing is lost.",
                mend="indexes",
            )
    if found.tags:
        yield Finding(
            "database",
            "wrong",
            f"{found.tags} tags are missing or cannot be read",
            "`digest doctor --mend` computes all tags again; decisions are not touched.",
            mend="tags",
        )
    if found.roomy:
        cure = "`digest doctor --mend` gives it back."
        yield Finding("database", "note", "much of the file is empty", cure, mend="vacuum")
    if found.sound:
        yield Finding("database", "ok", f"{path} is sound")


def backups(place: Place) -> Iterator[Finding]:
    """That there is a backup, and that it is not old."""
    if not place.database.exists():
        return
    found = newest_first(place.data / "backups")
    if not found:
        yield Finding("backups", "note", "there is no backup", "`digest backup` makes one.")
        return
    newest = found[0]
    stamp = datetime.strptime(moment_of(newest.name) or "", "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    said = f"{len(found)}, the newest of {stamp:%Y-%m-%d %H:%M} UTC"
    if place.now - stamp > STALE:
        cure = "`digest backup` makes a new one; `digest schedule cron` does so every day."
        yield Finding("backups", "note", said, cure)
    else:
        yield Finding("backups", "ok", said)

"""Everything as plain text that git can hold, and back.

A dump is a folder: `digest.json` says what it is, and every table has a file `TABLE.jsonl` with one
row a line, a JSON object; bytes stand as `{"base64": …}`. Rows are in the order of their primary
keys, so the same database gives the same files, and a week's work is a small difference between two
dumps.

Loading makes a new database: the schema as it was when the dump was made, the rows, then the
migrations since. What can be computed again (the search index) is computed again.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from digest.errors import NewerDatabase, Refused, at
from digest.store import schema
from digest.store.connection import Connection, explained
from digest.store.database import Store
from digest.store.files import on_disk, whole

MANIFEST = "digest.json"
_FORMAT = 1


def dump(store: Store, folder: Path) -> dict[str, int]:
    """Write everything that the store holds into a folder; how many rows each table has.

    All of it is of one moment. Files of tables that are gone are removed.

    Raises:
        MachineError: a file cannot be written.
        Refused: the folder holds something else.
    """
    with on_disk(folder):
        _refuse_strangers(folder)
        folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, int] = {}
    with store.db.reading():
        columns = {table: _columns(store.db, table) for table in store.counts()}
        for table, names in columns.items():
            written[table] = _write_table(store.db, table, names, folder)
    manifest = {
        "format": _FORMAT,
        "migrations": list(schema.applied(store.db.raw, store.db.path)),
        "tables": {table: [name for name, _ in names] for table, names in columns.items()},
        "rows": written,
    }
    with whole(folder / MANIFEST) as part:
        part.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")
    with on_disk(folder):
        for stale in folder.glob("*.jsonl"):
            if stale.stem not in columns:
                stale.unlink()
    return written


def load(folder: Path, path: Path) -> dict[str, int]:
    """Make a database from a dump; how many rows each table has.

    Raises:
        Refused: there is a database already, or the folder is no whole dump.
        NewerDatabase: a newer version of digest made the dump.
        MachineError: a file cannot be read or written.
    """
    if path.exists():
        raise Refused(
            "there is a database already",
            where=str(path),
            cure="Move it away first; loading never mixes two databases.",
        )
    manifest = _manifest(folder)
    with (
        whole(path) as part,
        explained(path),
        closing(sqlite3.connect(part, isolation_level=None)) as raw,
    ):
        schema.migrate(raw, through=manifest["migrations"][-1])
        _fill(Connection(raw, path), folder, manifest)
        schema.migrate(raw)
    with Store.open(path) as store:
        return store.counts()


def _refuse_strangers(folder: Path) -> None:
    known = {MANIFEST, ".git", ".gitattributes", ".gitignore"}
    if not folder.exists():
        return
    for file in sorted(folder.iterdir()):
        if file.name not in known and file.suffix not in {".jsonl", ".part"}:
            raise Refused(
                f"this folder holds something else ({file.name})",
                where=str(folder),
                cure="Name a new folder for the dump.",
            )


def _columns(db: Connection, table: str) -> list[tuple[str, bool]]:
    """The columns that are stored, and whether each is part of the primary key."""
    rows = db.rows("SELECT name, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid", (table,))
    return [(row["name"], bool(row["pk"])) for row in rows if not row["hidden"]]


def _write_table(
    db: Connection, table: str, columns: Sequence[tuple[str, bool]], folder: Path
) -> int:
    names = ", ".join(name for name, _ in columns)
    keys = ", ".join(name for name, is_key in columns if is_key)
    count = 0
    with whole(folder / f"{table}.jsonl") as part, part.open("w", encoding="utf-8") as file:
        # Names of tables and columns are the schema's own.
        for row in db.each(f"SELECT {names} FROM {table} ORDER BY {keys}"):  # noqa: S608
            values = {name: _plain(row[name]) for name in row.keys()}  # noqa: SIM118 — no mapping
            file.write(json.dumps(values, ensure_ascii=False) + "\n")
            count += 1
    return count


def _plain(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _manifest(folder: Path) -> dict[str, Any]:
    file = folder / MANIFEST
    try:
        read: dict[str, Any] = json.loads(file.read_text("utf-8"))
        migrations, made = read["migrations"], read["format"]
        _last = migrations[-1]
    except (OSError, ValueError, LookupError, TypeError) as problem:
        raise Refused(
            "this is no dump of digest",
            where=str(file),
            cure="Name the folder that `digest dump` wrote.",
        ) from problem
    if made != _FORMAT or any(name not in schema.names() for name in migrations):
        raise NewerDatabase(
            "this dump was made by a newer version of digest",
            where=str(file),
            cure="Update digest; nothing was changed.",
        )
    return read


def _fill(db: Connection, folder: Path, manifest: dict[str, Any]) -> None:
    """Insert all rows in one transaction; what rows say of each other is checked at its end."""
    db.execute("PRAGMA foreign_keys = OFF")
    with db.transaction():
        for table, names in manifest["tables"].items():
            _known_columns(db, table, names, folder)
            places = ", ".join("?" for _ in names)
            db.execute_many(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})",  # noqa: S608
                _rows(folder / f"{table}.jsonl", names, manifest["rows"][table]),
            )
        db.execute("INSERT INTO items_fts (items_fts) VALUES ('rebuild')")
        if broken := db.one("PRAGMA foreign_key_check"):
            raise Refused(
                f"a row of {broken['table']} speaks of one of {broken['parent']} that is not there",
                where=str(folder),
                cure="The dump is not whole: fetch it again from where it is kept.",
            )


def _known_columns(db: Connection, table: str, names: Sequence[str], folder: Path) -> None:
    """Refuse names that the schema does not have: they would become part of a statement."""
    if not {name for name, _ in _columns(db, table)} >= set(names):
        raise Refused(f"there is no such table or column: {table}", where=str(folder / MANIFEST))


def _rows(file: Path, names: Sequence[str], expected: int) -> Iterator[list[Any]]:
    number = 0
    with on_disk(file), file.open(encoding="utf-8") as lines:
        for line in lines:
            number += 1
            yield _row(line, names, at(file, number))
    if number != expected:
        raise Refused(
            f"{number} rows where {expected} belong",
            where=str(file),
            cure="The dump is not whole: fetch it again from where it is kept.",
        )


def _row(line: str, names: Sequence[str], where: str) -> list[Any]:
    try:
        row = json.loads(line)
        return [_typed(row[name]) for name in names]
    except (ValueError, KeyError, TypeError) as problem:
        raise Refused(
            f"this line cannot be read: {problem}",
            where=where,
            cure="The dump is damaged: fetch it again from where it is kept.",
        ) from problem


def _typed(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value

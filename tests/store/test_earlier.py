"""Databases of every earlier schema, as they were, are brought up to date and lose nothing.

They stand in `earlier/`, each under the name of its last migration. Before a schema is released,
store its database: `python -m tests.store.test_earlier`.
"""

from __future__ import annotations

import lzma
import tempfile
from pathlib import Path

import pytest

from digest.store import schema, upkeep
from digest.store.database import Store
from tests.store.filling import A, B, fill
from tests.store.making import NOW, issue, item, whole_item
from tests.store.test_sources_documents import STATE, document

EARLIER = Path(__file__).parent / "earlier"


@pytest.mark.parametrize("name", [file.name for file in sorted(EARLIER.glob("*.db.xz"))])
def test_a_database_of_an_earlier_schema(name: str, path: Path) -> None:
    path.write_bytes(lzma.decompress((EARLIER / name).read_bytes()))
    with Store.open(path) as store:
        assert schema.applied(store.db.raw, path) == schema.names()
        assert upkeep.check(store) == []
        assert store.sources.state("lab") == STATE
        assert store.documents.get("d1") == document()
        assert store.items.get("forum/whole") == whole_item()
        texts = [version.text for version in store.items.versions("lab/one")]
        assert texts == [item("lab/one").text, "Edited — “twice”."]
        assert "What c9 says." in store.items.texts(["forum/whole"])["forum/whole"]
        assert [hit.item_id for hit in store.search.words("twice")] == ["lab/one"]
        assert [tag.theme for tag in store.tags.of(["lab/one"])["lab/one"]] == ["policy"]
        assert store.embeddings.load("m", ["lab/one"]).shape == (1, 8)
        assert store.stories.resolve(B) == A
        assert store.decisions.current()[A].verdict == "keep"
        assert store.issues.snapshot("2026-w27").issue == issue()
        assert len(store.issues.covered()) == 2
        assert store.drafts.machine_texts("2026-w27") == {"k": ["Text."]}
        assert store.drafts.last_text("2026-w27") == "# Draft"
        assert [run.report for run in store.runs.last()] == [{"new": 3}]
        store.items.apply([item("lab/new")], now=NOW)


@pytest.mark.parametrize("name", [file.name for file in sorted(EARLIER.glob("*.db.xz"))])
def test_every_way_leads_to_the_same_schema(name: str, path: Path) -> None:
    """It also finds a migration that was edited after its database was stored."""
    path.write_bytes(lzma.decompress((EARLIER / name).read_bytes()))
    made = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2"
    with Store.open(path) as old, Store.open(path.with_name("fresh.db")) as fresh:
        assert [tuple(row) for row in old.db.rows(made)] == [
            tuple(row) for row in fresh.db.rows(made)
        ]


def test_every_schema_has_its_database() -> None:
    """Also those that never were released: a run may be killed between two migrations."""
    assert {file.name.removesuffix(".db.xz") for file in EARLIER.iterdir()} == set(schema.names())


def main() -> None:
    """Store a database of the present schema."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "digest.db"
        with Store.open(path) as store:
            fill(store)
            copy = upkeep.backup(store, path.with_name("copy.db"))
        EARLIER.mkdir(exist_ok=True)
        (EARLIER / f"{schema.names()[-1]}.db.xz").write_bytes(lzma.compress(copy.read_bytes()))


if __name__ == "__main__":
    main()

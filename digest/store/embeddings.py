"""What items mean, as vectors in half precision: `store.embeddings`.

Half precision keeps three decimal digits of each number. A cosine of two 256-dimensional vectors
moves by less than 0.001, and the database is half as large.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from digest.store.connection import Connection
from digest.store.progress import advance, newest, through
from digest.store.values import wanted

Matrix: TypeAlias = NDArray[np.float32]
_STORED = np.dtype("<f2")
_TOGETHER = 20_000


class Embeddings:
    """One vector for each item and model, of the words the item has now."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def missing(self, model: str, item_ids: Sequence[str] | None = None) -> list[str]:
        """The ids of items that have no vector of their present words, in the order they came.

        Args:
            model: The model and its version.
            item_ids: Only among these, and in their order; all items without it.
        """
        no_vector = (
            "NOT EXISTS (SELECT 1 FROM embeddings AS e WHERE e.item_number = i.number"
            " AND e.model = ? AND e.content_hash = i.content_hash)"
        )
        if item_ids is None:
            rows = self._db.rows(
                f"SELECT i.id FROM items AS i WHERE i.revision > ? AND {no_vector}"  # noqa: S608
                " ORDER BY i.revision",
                (through(self._db, f"embeddings {model}", model), model),
            )
        else:
            rows = self._db.rows(
                "SELECT i.id FROM json_each(?) AS w JOIN items AS i ON i.id = w.value"  # noqa: S608
                f" WHERE {no_vector} ORDER BY w.key",
                (wanted(dict.fromkeys(item_ids)), model),
            )
        return [row["id"] for row in rows]

    def save(self, model: str, item_ids: Sequence[str], vectors: NDArray[np.floating]) -> None:
        """Store one vector for each item, replacing those of the same model.

        Args:
            model: The model and its version.
            item_ids: n items.
            vectors: n × d numbers, each within half precision's ±65,504.

        Raises:
            ValueError: there are not as many vectors as items, or a number is out of range.
        """
        if vectors.ndim != 2 or len(vectors) != len(item_ids):
            raise ValueError(f"{len(item_ids)} items but vectors of shape {vectors.shape}")
        with np.errstate(over="ignore"):
            stored = np.ascontiguousarray(vectors, dtype=_STORED)
        if not np.isfinite(stored).all():
            raise ValueError("a vector holds a number that half precision cannot")
        with self._db.transaction():
            self._db.execute_many(
                "INSERT INTO embeddings (item_number, model, content_hash, vector)"
                " SELECT number, ?, content_hash, ? FROM items WHERE id = ?"
                " ON CONFLICT DO UPDATE"
                " SET content_hash = excluded.content_hash, vector = excluded.vector"
                " WHERE content_hash <> excluded.content_hash OR vector <> excluded.vector",
                (
                    (model, row.tobytes(), item_id)
                    for item_id, row in zip(item_ids, stored, strict=True)
                ),
            )
            self._settle(model)

    def load(self, model: str, item_ids: Sequence[str]) -> Matrix:
        """The vectors of these items, a row each, in the order asked.

        Returns:
            n × d numbers in single precision; a row of zeros for an item that has none of its own;
            0 columns where none has.
        """
        rows = self._db.rows(
            "SELECT w.key, e.vector FROM json_each(?) AS w JOIN items AS i ON i.id = w.value"
            " JOIN embeddings AS e ON e.item_number = i.number AND e.model = ?",
            (wanted(item_ids), model),
        )
        width = len(rows[0]["vector"]) // _STORED.itemsize if rows else 0
        matrix = np.zeros((len(item_ids), width), dtype=np.float32)
        if rows:
            together = b"".join(row["vector"] for row in rows)
            vectors = np.frombuffer(together, dtype=_STORED).reshape(len(rows), width)
            matrix[[row["key"] for row in rows]] = vectors
        return matrix

    def nearest(
        self, model: str, vector: NDArray[np.float32], most: int
    ) -> list[tuple[str, float]]:
        """The ids of the items whose vectors point most nearly where one does, and the cosines.

        All vectors of the model are looked at: about three seconds for each million.
        """
        best: list[tuple[float, int]] = []
        unit = vector / (float(np.linalg.norm(vector)) or 1.0)
        after = -1
        while rows := self._db.rows(
            "SELECT item_number, vector FROM embeddings WHERE model = ? AND item_number > ?"
            " ORDER BY item_number LIMIT ?",
            (model, after, _TOGETHER),
        ):
            numbers = [row["item_number"] for row in rows]
            stored = np.frombuffer(b"".join(row["vector"] for row in rows), dtype=_STORED)
            matrix = stored.reshape(len(rows), -1).astype(np.float32)
            lengths = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))
            close = (matrix @ unit) / np.where(lengths > 0, lengths, 1.0)
            # stable: of those that are as near as each other the first ones
            first = np.argsort(-close, kind="stable")[:most]
            found = [(float(close[at]), numbers[at]) for at in first]
            best = sorted([*best, *found], key=lambda one: (-one[0], one[1]))[:most]
            after = numbers[-1]
        ids = self._db.rows(
            "SELECT i.id FROM json_each(?) AS w JOIN items AS i ON i.number = w.value"
            " ORDER BY w.key",
            (wanted([number for _, number in best]),),
        )
        return [(row["id"], near) for row, (near, _) in zip(ids, best, strict=True)]

    def drop_models(self, keep: set[str]) -> int:
        """Let go of the vectors of other models; how many there were."""
        with self._db.transaction():
            self._db.execute(
                "DELETE FROM progress WHERE work LIKE 'embeddings %'"
                " AND fingerprint NOT IN (SELECT value FROM json_each(?))",
                (wanted(sorted(keep)),),
            )
            return self._db.execute(
                "DELETE FROM embeddings WHERE model NOT IN (SELECT value FROM json_each(?))",
                (wanted(sorted(keep)),),
            )

    def _settle(self, model: str) -> None:
        """Remember how far all items have vectors: up to the first that has none."""
        work = f"embeddings {model}"
        first_without = self._db.value(
            "SELECT i.revision FROM items AS i WHERE i.revision > ?"
            " AND NOT EXISTS (SELECT 1 FROM embeddings AS e WHERE e.item_number = i.number"
            "     AND e.model = ? AND e.content_hash = i.content_hash)"
            " ORDER BY i.revision LIMIT 1",
            (through(self._db, work, model), model),
        )
        done = newest(self._db) if first_without is None else first_without - 1
        advance(self._db, work, model, done)

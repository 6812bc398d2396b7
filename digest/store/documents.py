"""What fetches returned, kept for a while: `store.documents`."""

from __future__ import annotations

import json
import zlib
from datetime import datetime

from digest.errors import NotFound
from digest.model import Document
from digest.store.connection import Connection
from digest.store.sources import mention
from digest.store.values import sorted_json, time, time_text, words

_LEVEL = 3  # a twelfth larger than at 6, for a third of the time


class Documents:
    """Answers as they were returned, so that reading them can be repeated."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def add(self, document: Document) -> bool:
        """Keep a document; whether it is new. The same answer fetched again is the same one."""
        with self._db.transaction():
            if self._db.one("SELECT 1 FROM documents WHERE id = ?", (document.id,)):
                return False
            mention(self._db, [document.source_id])
            self._db.execute(
                "INSERT INTO documents (id, source_id, url, final_url, status, media_type, headers,"
                " fetched, size, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    document.id,
                    document.source_id,
                    words(document.url),
                    words(document.final_url),
                    document.status,
                    words(document.media_type),
                    sorted_json(document.headers),
                    time_text(document.fetched),
                    len(document.body),
                    zlib.compress(document.body, _LEVEL),
                ),
            )
        return True

    def get(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            NotFound: there is none, or it was forgotten after its time.
        """
        row = self._db.one("SELECT * FROM documents WHERE id = ?", (document_id,))
        if row is None:
            raise NotFound(
                f"there is no document {document_id!r}",
                cure="Documents are kept for `fetch.keep_documents_days` days.",
            )
        return Document(
            id=row["id"],
            source_id=row["source_id"],
            url=row["url"],
            final_url=row["final_url"],
            status=row["status"],
            media_type=row["media_type"],
            headers=json.loads(row["headers"]),
            body=zlib.decompress(row["body"]),
            fetched=time(row["fetched"]),
        )

    def body(self, document_id: str) -> bytes:
        """The body of a document, as it was fetched.

        Raises:
            NotFound: there is none, or it was forgotten after its time.
        """
        return self.get(document_id).body

    def of_source(self, source_id: str) -> list[str]:
        """The ids of a source's documents, the newest first."""
        rows = self._db.rows(
            "SELECT id FROM documents WHERE source_id = ? ORDER BY fetched DESC, id", (source_id,)
        )
        return [row["id"] for row in rows]

    def forget(self, before: datetime) -> int:
        """Let go of documents fetched before a moment; how many there were."""
        with self._db.transaction():
            return self._db.execute("DELETE FROM documents WHERE fetched < ?", (time_text(before),))

"""What language models answered: `store.answers`."""

from __future__ import annotations

from datetime import datetime

from digest.store.connection import Connection
from digest.store.values import time_text, words


class Answers:
    """A question that was answered once is not asked again."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def get(self, key: str) -> str | None:
        """The answer under a key, a digest of all that made it; None where there is none."""
        row = self._db.one("SELECT text FROM answers WHERE key = ?", (key,))
        return None if row is None else str(row["text"])

    def keep(self, key: str, text: str, *, model: str, tokens: int, now: datetime) -> None:
        """Remember an answer and what it cost."""
        with self._db.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO answers (key, at, model, text, tokens)"
                " VALUES (?, ?, ?, ?, ?)",
                (key, time_text(now), model, words(text), tokens),
            )

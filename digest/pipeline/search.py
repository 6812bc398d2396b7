"""`digest search`: words in everything stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from digest.pipeline.project import Project

if TYPE_CHECKING:
    from digest.store.search import Hit


def search(project: Project, words: Sequence[str], *, limit: int) -> list[Hit]:
    """Items that hold all the words, the best first; a word with spaces in it is a phrase."""
    query = " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)
    return project.store.search.words(query, limit)

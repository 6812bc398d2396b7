"""What the stage asks of an embedding model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into vectors of length one."""

    name: str

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row for each text."""


def own_embedder() -> Embedder:
    """The model that the project ships."""
    from digest.language.embedding import load

    return load()

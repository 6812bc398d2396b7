"""Which of the items that were learned from something is like, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digest.sort.packing import pack, unpack

# Cosines of embeddings from which two items speak of one subject.
LIKE = 0.5
TITLE_LENGTH = 60

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Neighbours:
    """The titles and embeddings of what was learned from."""

    titles: Sequence[str]
    vectors: Vectors

    def closeness(self, vectors: Vectors) -> Vectors:
        """The cosine of each of some items (rows) and each of these."""
        return np.asarray(vectors @ self.vectors.T)

    def like(self, closeness: NDArray[np.float32], among: NDArray[np.bool_], what: str) -> str:
        """`like 3 items you kept, nearest 'Title'`; nothing where none of them is like it.

        Args:
            closeness: Of one item to each of these.
            among: Which of them count.
            what: What was done with those: `you kept`.
        """
        close = np.where(among, closeness, -1.0)
        count = int((close >= LIKE).sum())
        if not count:
            return ""
        title = self.titles[int(np.argmax(close))]
        short = title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1].rstrip() + "…"
        return f"like {count} item{'' if count == 1 else 's'} {what}, nearest '{short}'"

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """All of it as arrays, to be stored."""
        return {"titles": pack(list(self.titles)), "near": self.vectors.astype(np.float16)}

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> Neighbours:
        """What `arrays` gave, read again."""
        return Neighbours(unpack(arrays["titles"]), arrays["near"].astype(np.float32))

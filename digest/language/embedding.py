"""Texts as points: the same meaning lies near, without a network or a download.

The model is WordLlama's, as its wheel ships it: one vector of 256 numbers for each of 32,000 pieces
of words. A text is the mean of its pieces' vectors, at length one. Its files are read as they are:
importing the package would load an HTTP client and set up logging, and its own loop pads every text
of a batch to the longest.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digest.errors import MachineError
from digest.language.tokens import normalise

DIMENSIONS = 256
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_PIECES = "tokenizers/l2_supercat_tokenizer_config.json"
_TENSOR = "embedding.weight"
_WORDS_KEPT = 200_000
_BLOCK = 16_384  # word vectors gathered at once: 16 MB


class Embedder:
    """Turns texts into vectors; the same text always into the same bytes."""

    def __init__(self, folder: Path, version: str) -> None:
        from safetensors.numpy import load as read_tensors
        from tokenizers import Tokenizer

        weights = (folder / _WEIGHTS).read_bytes()
        pieces = (folder / _PIECES).read_bytes()
        mark = hashlib.blake2b(weights + pieces, digest_size=5).hexdigest()
        self.name = f"wordllama-{version}-l2-supercat-{DIMENSIONS}-{mark}"
        self._vectors = read_tensors(weights)[_TENSOR].astype(np.float32)
        self._tokenizer = Tokenizer.from_buffer(pieces)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._known: dict[str, tuple[int, ...]] = {}

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length one for each text, shape (n, 256); a zero row for a text without words."""
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            ids = self._ids(normalise(text).split())
            if ids:
                total = self._vectors[ids].sum(axis=0, dtype=np.float64)
                length = np.sqrt(np.dot(total, total))
                if length > 0:
                    row[:] = total / length
        return rows

    def _ids(self, words: list[str]) -> list[int]:
        # No piece of this model crosses a space, so that words can be cut one by one and remembered.
        known = self._known
        new = sorted({word for word in words if word not in known})
        if new:
            if len(known) + len(new) > _WORDS_KEPT:
                known.clear()
                new = sorted(set(words))
            encoded = self._tokenizer.encode_batch_fast(new, add_special_tokens=False)
            known.update((word, tuple(one.ids)) for word, one in zip(new, encoded, strict=True))
        return [piece for word in words for piece in known[word]]


@cache
def load() -> Embedder:
    """The one embedder, made at the first call.

    Raises:
        MachineError: The model's files are not where the wheel puts them.
    """
    spec = importlib.util.find_spec("wordllama")
    try:
        if spec is None or not spec.submodule_search_locations:
            raise FileNotFoundError("wordllama is not installed")
        return Embedder(
            Path(spec.submodule_search_locations[0]), importlib.metadata.version("wordllama")
        )
    except FileNotFoundError as error:
        raise MachineError(
            f"the embedding model is missing ({error})",
            cure="Install the project again: its model comes inside the wordllama package.",
        ) from error

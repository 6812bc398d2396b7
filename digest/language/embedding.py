"""Texts as points: what means the same lies near, without a network or a download.

The model is WordLlama's, as its wheel ships it: one vector of 256 numbers for each of 32,000 pieces
of words. A text is the mean of its pieces' vectors, at length one. The model's files are read as
they are: importing the package would load an HTTP client and set up logging, and its own loop pads
every text of a batch to the longest.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import math
from collections.abc import Sequence
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digest.errors import MachineError
from digest.language.tokens import normalise

DIMENSIONS = 256
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_PIECES = "tokenizers/l2_supercat_tokenizer_config.json"
_TENSOR = "embedding.weight"
_KNOWN = 200_000  # words remembered
_LONGEST = 100  # characters without a space
_TOGETHER = 1_000  # texts cut into pieces together
_BLOCK = 16_384  # vectors gathered at once: 16 MB
_FEW = 20  # texts for which the vectors stay in half precision, as they are stored


class Embedder:
    """Turns texts into vectors; the same text always into the same bytes, alone or among others.

    Attributes:
        name: Model, version and a digest of its files: what a stored vector was made by.
    """

    def __init__(self, folder: Path, version: str) -> None:
        from safetensors.numpy import load as read_tensors
        from tokenizers import Tokenizer

        weights = (folder / _WEIGHTS).read_bytes()
        pieces = (folder / _PIECES).read_bytes()
        mark = hashlib.blake2b(weights, digest_size=5)
        mark.update(pieces)
        self.name = f"wordllama-{version}-l2-supercat-{DIMENSIONS}-{mark.hexdigest()}"
        self._vectors: NDArray[np.floating] = read_tensors(weights)[_TENSOR]
        self._tokenizer = Tokenizer.from_buffer(pieces)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._known: dict[str, list[int]] = {}

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length one for each text, shape (n, 256); zeros for a text without words."""
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        if len(texts) > _FEW:
            self._vectors = self._vectors.astype(np.float32, copy=False)
        for start in range(0, len(texts), _TOGETHER):
            split = [_words(text) for text in texts[start : start + _TOGETHER]]
            known = self._pieces_of(set(chain.from_iterable(split)))
            for row, words in zip(rows[start:], split, strict=False):
                ids = list(chain.from_iterable(map(known.__getitem__, words)))
                # added up in the text's order, and the length by an exact sum: no machine differs
                total = self._sum(np.array(ids, dtype=np.intp))
                length = math.sqrt(math.fsum((total * total).tolist()))
                if length > 0:
                    row[:] = total / np.float32(length)
        return rows

    def _sum(self, ids: NDArray[np.intp]) -> NDArray[np.float32]:
        total: NDArray[np.float32] = self._single(ids[:_BLOCK]).sum(axis=0)
        for start in range(_BLOCK, len(ids), _BLOCK):
            total += self._single(ids[start : start + _BLOCK]).sum(axis=0)
        return total

    def _single(self, ids: NDArray[np.intp]) -> NDArray[np.float32]:
        return self._vectors[ids].astype(np.float32, copy=False)

    def _pieces_of(self, words: set[str]) -> dict[str, list[int]]:
        # No piece of this model crosses a space: words can be cut one by one, and remembered.
        if len(self._known) + len(words) > _KNOWN:
            self._known = {}
        known = self._known
        new = sorted(words - known.keys())
        if new:
            encoded = self._tokenizer.encode_batch_fast(new, add_special_tokens=False)
            known.update((word, one.ids) for word, one in zip(new, encoded, strict=True))
        return known


def _words(text: str) -> list[str]:
    """What stands between spaces; what has none for long is cut, so that it costs no more."""
    words = normalise(text).split()
    if max(map(len, words), default=0) <= _LONGEST:
        return words
    return [
        word[start : start + _LONGEST] for word in words for start in range(0, len(word), _LONGEST)
    ]


@cache
def load() -> Embedder:
    """The one embedder, made at the first call.

    Raises:
        MachineError: The model's files are not where the wheel puts them.
    """
    spec = importlib.util.find_spec("wordllama")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise _missing("wordllama is not installed")
    try:
        return Embedder(Path(folders[0]), importlib.metadata.version("wordllama"))
    except FileNotFoundError as error:
        raise _missing(f"{error.filename} is not there") from error


def _missing(what: str) -> MachineError:
    return MachineError(
        f"the embedding model is missing: {what}",
        cure="Install the project again: its model comes inside the wordllama package.",
    )

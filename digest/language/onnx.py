"""A sentence model in ONNX that is on this machine already, named in sources.yaml.

A folder as such models are published: `model.onnx`, there or in `onnx/`, and `tokenizer.json`. A
text's vector is the mean of its tokens' last states, at length one (Reimers & Gurevych 2019). Needs
the extra `onnx`; nothing is downloaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digest.errors import ConfigError
from digest.language.tokens import normalise

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_MODELS = ("model.onnx", "onnx/model.onnx")
_TOKENIZER = "tokenizer.json"
_LONGEST = 256  # tokens: what the common sentence models were trained with
_TOGETHER = 32  # texts, of nearly one length


class OnnxEmbedder:
    """Turns texts into vectors.

    Attributes:
        name: The folder's name and a digest of its files: what a stored vector was made by.
    """

    def __init__(self, session: Any, tokenizer: Tokenizer, name: str) -> None:
        self.name = name
        self._session = session
        self._tokenizer = tokenizer
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.no_padding()
        self._inputs = {one.name for one in session.get_inputs()}

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length one for each text; zeros for a text without words."""
        encoded = self._tokenizer.encode_batch([normalise(text) for text in texts])
        # Texts of one length go together, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda row: len(encoded[row].ids))
        parts = [
            self._run([encoded[row].ids for row in order[start : start + _TOGETHER]])
            for start in range(0, len(order), _TOGETHER)
        ]
        if not parts:
            return np.zeros((0, 0), dtype=np.float32)
        found = np.zeros((len(texts), parts[0].shape[1]), dtype=np.float32)
        found[order] = np.vstack(parts)
        found[[row for row, text in enumerate(texts) if not text.strip()]] = 0.0
        return found

    def _run(self, rows: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        width = max(1, *map(len, rows))
        ids = np.zeros((len(rows), width), dtype=np.int64)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        for at, row in enumerate(rows):
            ids[at, : len(row)] = row
            mask[at, : len(row)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        fed = {name: value for name, value in given.items() if name in self._inputs}
        states = np.asarray(self._session.run(None, fed)[0], dtype=np.float32)
        shares = mask[:, :, None].astype(np.float32)
        total = (states * shares).sum(axis=1) / np.maximum(shares.sum(axis=1), 1.0)
        lengths = np.linalg.norm(total, axis=1, keepdims=True)
        return np.asarray(total / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)


@cache
def load(folder: Path) -> OnnxEmbedder:
    """The model in a folder, made at the first call.

    Raises:
        ConfigError: the extra is not installed, a file is missing, or one is not what it must be.
    """
    model = next((folder / name for name in _MODELS if (folder / name).is_file()), None)
    if model is None:
        raise _refused(folder, "there is no model.onnx in it")
    if not (folder / _TOKENIZER).is_file():
        raise _refused(folder, f"there is no {_TOKENIZER} in it")
    try:
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer
    except ImportError as problem:
        raise ConfigError(
            f"sorting.embedder needs the package {problem.name!r}",
            where=str(folder),
            cure='Install the extra: pip install "digest[onnx]", or take the key out.',
        ) from problem
    options = SessionOptions()
    # One thread: the same text gives the same bytes, and other programs their share of the machine.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        # Both libraries raise classes of their own that are no more than Exception.
        session = InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
        embedder = OnnxEmbedder(session, tokenizer, _name(folder, model))
        shape = embedder.embed(["one text"]).shape
    except Exception as problem:
        raise _refused(folder, f"it cannot be read: {problem}") from problem
    if len(shape) != 2 or not shape[1]:
        raise _refused(folder, "its first output is not one state for each token")
    return embedder


def _name(folder: Path, model: Path) -> str:
    mark = hashlib.blake2b(digest_size=5)
    for path in (model, folder / _TOKENIZER):
        with path.open("rb") as stream:
            mark.update(hashlib.file_digest(stream, "sha256").digest())
    return f"onnx-{folder.name}-{mark.hexdigest()}"


def _refused(folder: Path, what: str) -> ConfigError:
    return ConfigError(
        f"sorting.embedder: {what}",
        where=str(folder),
        cure="Name the folder of a sentence model in ONNX, with model.onnx and tokenizer.json.",
    )

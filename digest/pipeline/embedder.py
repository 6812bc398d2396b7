"""The embedding model that the project uses, and the vectors that it has made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digest.pipeline.project import Project
from digest.sort.embedder import Embedder, own_embedder


def embedder_of(project: Project) -> Embedder:
    """The model that sources.yaml names, or the one that comes with the program.

    Raises:
        ConfigError: what sources.yaml names is not there, or is no such model.
    """
    named = project.config.sorting.embedder
    if named is None:
        return own_embedder()
    from digest.language.onnx import load

    return load(project.config.folder / named)


def vectors_of(project: Project, model: Embedder, ids: Sequence[str]) -> NDArray[np.float32]:
    """Stored vectors at length one again: half precision shortens them a little."""
    found = project.store.embeddings.load(model.name, ids)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return (found / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)

"""Words among arrays: what is learned is stored as arrays alone, which hold no code."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pack(value: Any) -> NDArray[np.uint8]:
    """A value of lists, mappings, words and numbers as an array."""
    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode(), dtype=np.uint8)


def unpack(array: NDArray[np.generic]) -> Any:
    """The value that an array of `pack` holds."""
    return json.loads(array.tobytes())

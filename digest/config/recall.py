"""What sources.yaml says as plain values, kept beside the database: `data/learned/sources.json`.

Only ever a shortcut. Reading YAML takes a millisecond for each source, which a project of hundreds
of them would pay with every command; this is read instead as long as the text is the same. It is
checked like anything else that was read, and where it is lost or wrong the YAML is read again.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any

from digest import __version__
from digest.config.problems import Places


def recall(text: str, folder: Path) -> Any:
    """The values of a sources.yaml with that text; None where they are not known."""
    try:
        kept = json.loads(_path(folder).read_bytes())
        return _frozen(kept["values"]) if kept["of"] == _mark(text) else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def keep(text: str, values: Any, folder: Path) -> None:
    """Keep the values; in a folder that cannot be written to, or of kinds JSON lacks, do not."""
    path = _path(folder)
    partial = path.with_suffix(".part")
    with suppress(OSError, ValueError, TypeError):
        said = json.dumps({"of": _mark(text), "values": values}, allow_nan=False)
        if _frozen(json.loads(said)["values"]) != values:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(said, encoding="utf-8")
        partial.replace(path)


def nowhere() -> Places:
    """Places for what has none: a mistake in it is told with its line after the YAML was read."""
    return defaultdict(lambda: (1, 1), {(): (1, 1)})


def _mark(text: str) -> str:
    return hashlib.sha256(f"{__version__}\n{text}".encode()).hexdigest()


def _path(folder: Path) -> Path:
    return folder / "data" / "learned" / "sources.json"


def _frozen(value: Any) -> Any:
    """As the YAML is read: sequences are tuples."""
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    return value

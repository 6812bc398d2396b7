"""What is wrong with a file, told all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from digest.errors import ConfigError, at

Key = tuple[str | int, ...]
Places = dict[Key, tuple[int, int]]

_CURE = "Correct the line and run the command again; nothing was changed."
_CURES = "Correct these lines and run the command again; nothing was changed."


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: where it stands (both counted from 1), the dotted key, and what was expected."""

    line: int
    column: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}" if self.key else self.message


def report(path: Path, problems: Sequence[Problem]) -> ConfigError:
    """All mistakes as one error, in the file's order."""
    ordered = sorted(set(problems))
    if len(ordered) == 1:
        return ConfigError(str(ordered[0]), where=at(path, ordered[0].line), cure=_CURE)
    lines = "\n".join(f"{at(path, problem.line)}: {problem}" for problem in ordered)
    return ConfigError(f"{len(ordered)} mistakes\n{lines}", where=str(path), cure=_CURES)


def nearest(word: str, known: Sequence[str]) -> str:
    """`: did you mean x?`, or the list of what there is."""
    close = get_close_matches(word.lower().replace("-", "_"), known, n=1) or get_close_matches(
        word.lower(), known, n=1
    )
    if close:
        return f": did you mean {close[0]}?"
    return f": there is {', '.join(known)}" if known else ": there is none"

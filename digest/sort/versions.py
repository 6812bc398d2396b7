"""Releases: what tells one from the next although all else is alike."""

from __future__ import annotations

import re

_VERSION = re.compile(
    r"(?<![\w.$£€])v?(\d+(?:\.\d+){2,})(?![\w.]*\d)"
    r"|[A-Z][A-Za-z]*[ -]v?(\d+\.\d+)(?![.\d])(?!\s*(?:%|per|[mb]n|million|billion|trillion))"
)


def versions(title: str) -> str:
    """The versions that a title names, such as `2.4.1` or the `4.6` of `Opus 4.6`."""
    return " ".join(
        sorted({number for pair in _VERSION.findall(title) for number in pair if number})
    )

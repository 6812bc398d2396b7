"""Releases: what tells one from the next although all else is alike."""

from __future__ import annotations

import re

from digest.model import Item

_RELEASE = r"(?<![\w.$£€])v?(\d+(?:\.\d+){2,})(?![\w.]*\d)"
_VERSION = re.compile(
    _RELEASE
    + r"|[A-Z][A-Za-z]*[ -]v?(\d+\.\d+)(?![.\d])(?!\s*(?:%|per|[mb]n|million|billion|trillion))"
)
# A title of so few words beside its version says that there is a release, and nothing of it.
FEW = 2
_PERIOD = re.compile(
    r"\b(?:(?:jan|febr)uary|march|april|may|june|july|august|(?:septem|octo|novem|decem)ber)"
    r" 20\d\d\b",
    re.IGNORECASE,
)


def bare_release(title: str) -> bool:
    """Whether a title is a version of three numbers and hardly more: `v2.1.62`, `Tarn 1.12.3`."""
    rest, found = re.subn(_RELEASE, "", title)
    return found > 0 and len(rest.split()) <= FEW


def periodical(item: Item) -> str:
    """What tells one house's update of a month from another's; empty where a title says more.

    `August 2024 Product Update` and `Changelist: August 2024` share a month and nothing else.
    """
    rest, found = _PERIOD.subn("", item.title)
    return f"{item.source_id}, {item.title}" if found and len(rest.split()) <= FEW else ""


def versions(title: str) -> str:
    """The versions that a title names, such as `2.4.1` or the `4.6` of `Opus 4.6`."""
    return " ".join(
        sorted({number for pair in _VERSION.findall(title) for number in pair if number})
    )

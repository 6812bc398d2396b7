"""Drafts for the tests, in invented words."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, settings

from digest.draft.tale import empty_tale
from digest.model import Entry, Issue, ReadMore, Why, Window

# A nightly run sets this to thousands.
EXAMPLES = int(os.environ.get("DIGEST_EXAMPLES", "300"))
thorough = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES == 300,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

KEYS = ("4f21c0a9e1", "00ab34cd56", "9e8d7c6b5a", "1234567890")


def entry(key: str = KEYS[0], version: int = 1, **changes: object) -> Entry:
    """An entry as the machine writes it; another version says another thing."""
    made = Entry(
        key=key,
        headline=f"The {key} laboratory grows a kettle that hums:",
        tagline="[[tagline: one wry line, say on “humming kettles”]]",
        body=(
            f"The authors write: “Kettle number {version} hums at nine tones.” They “show that "
            f"steam follows the {key} rule”."
        ),
        why=Why(
            "[[why: your thesis in a few words]]", "[[why: two or three sentences of your own]]"
        ),
        read_more=(ReadMore("Humming Kettles", f"https://kettle.example/{key}", ("arXiv", "pdf")),),
        themes=("simulation",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test's own words


def issue(*entries: Entry, **changes: object) -> Issue:
    """An issue with everything that a new draft has."""
    made = Issue(
        id="2026-w27",
        number=438,
        title="Import Kettle 438: [[part]]; [[part]]; [[part]]",
        parts=("[[part]]", "[[part]]", "[[part]]"),
        subtitle="[[subtitle: one line]]",
        date=date(2026, 6, 29),
        window=Window(date(2026, 6, 22), date(2026, 6, 29)),
        welcome="Welcome to Import Kettle, a newsletter about steam.",
        entries=entries,
        coda=empty_tale(),
        thanks="Thanks for reading!",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test's own words

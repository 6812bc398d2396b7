"""What hosts asked for that outlasts a run: they are left alone by the next one too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from digest.fetch.pace import Pace, Rest
from digest.model import SourceState
from digest.pipeline.project import Project

RESTS = "web:rests"
"""Where the store keeps them; no source of sources.yaml can have this id."""


@contextmanager
def pacing(project: Project, *, asked_for: bool = False) -> Iterator[Pace]:
    """Who may ask when in this run; what hosts ask for meanwhile is remembered at its end.

    Args:
        project: The project.
        asked_for: A person asks for it now: what earlier runs were told counts for nothing.
    """
    before = project.store.sources.state(RESTS)
    known = _read(before.memo, project.now)
    pace = Pace(project.config.fetch, rests={} if asked_for else known)
    try:
        yield pace
    finally:
        memo = _written({**known, **pace.rests()}, project.now)
        if memo != before.memo:
            project.store.sources.save(SourceState(RESTS, memo=memo), kind="", url="", name="")


def _read(memo: Mapping[str, str], now: datetime) -> dict[str, Rest]:
    """Lane -> its rest, in seconds from now; what is over is left out."""
    found = {}
    for lane, told in memo.items():
        try:
            said = json.loads(told)
            until = _left(said["until"], now)
            waiting = {url: _left(moment, now) for url, moment in said["addresses"].items()}
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        waiting = {url: left for url, left in waiting.items() if left}
        if until or waiting:
            found[lane] = Rest(until, waiting)
    return found


def _left(moment: str, now: datetime) -> float:
    return max(0.0, (datetime.fromisoformat(moment) - now).total_seconds()) if moment else 0.0


def _written(rests: Mapping[str, Rest], now: datetime) -> dict[str, str]:
    def moment(seconds: float) -> str:
        return (now + timedelta(seconds=round(seconds))).isoformat() if seconds else ""

    return {
        lane: json.dumps(
            {
                "until": moment(rest.until),
                "addresses": {url: moment(left) for url, left in rest.addresses.items()},
            }
        )
        for lane, rest in rests.items()
    }

"""In which order sources are asked, and what they bring is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from digest.fetch import decide
from digest.model import SourceState

Job: TypeAlias = tuple[Any, SourceState]


def in_turns(jobs: Sequence[Job]) -> list[Job]:
    """The order of the file, but with the hosts taking turns, and the slow and the failing last.

    Each host is asked one thing at a time with a pause after it, and only so many answers may wait
    to be stored. Twenty sources of one host in a row would fill that room and keep the other hosts
    idle: so first comes one source of each host, then a second one of each that has more.

    arXiv comes last, since its pause is the longest: what comes quickly is stored meanwhile, lest
    an interruption lose it. What failed the last time comes after what did not: a host that two
    such sources make rest has then answered the others, run after run.
    """
    turns: Counter[tuple[bool, bool, str]] = Counter()
    ranked = []
    for source, state in jobs:
        late = source.kind == "arxiv", state.failures > 0
        host = _host(source)
        ranked.append((*late, turns[*late, host]))
        turns[*late, host] += 1
    # the sort is stable: within a turn, the order of the file
    return [job for _, job in sorted(zip(ranked, jobs, strict=True), key=lambda pair: pair[0])]


def _host(source: Any) -> str:
    address = decide.address(source)
    try:
        return urlsplit(address).netloc.lower() or source.kind
    except ValueError:  # an address that is none is refused when it is asked
        return address

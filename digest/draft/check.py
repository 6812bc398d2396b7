"""What stands between a draft and its publication."""

from __future__ import annotations

from collections.abc import Iterator

from digest.draft import shape, tracked, verify
from digest.draft.problems import Habits, Place, Problem, place_in, without_hidden
from digest.draft.read import Draft
from digest.draft.slots import slots_in
from digest.draft.verify import Sources
from digest.draft.written import MARK

__all__ = ["Habits", "Problem", "Sources", "check"]

_NOTHING = Habits()


def check(draft: Draft, sources: Sources, *, habits: Habits = _NOTHING) -> list[Problem]:
    """Every problem of a draft, in the order of its lines; errors before warnings on one line.

    Args:
        draft: The draft, as it was read.
        sources: For each entry's key all versions of all texts stored for its story.
        habits: What else is known: earlier issues, what the machine wrote, links that are dead.
    """
    problems = [*_empty_slots(draft), *shape.problems(draft, habits)]
    problems += tracked.problems(draft, habits.trackers)
    for section in draft.sections:
        if section.role == "entry":
            problems += verify.unverified_quotes(draft, section, sources)
            problems += verify.copied_text(draft, section, sources)
    return sorted(problems, key=_order)


def _order(problem: Problem) -> tuple[int, bool, int, str]:
    return problem.line, problem.severity != "error", problem.column, problem.code


def _empty_slots(draft: Draft) -> Iterator[Problem]:
    for slot in slots_in(without_hidden(draft.text)):
        place = place_in(draft, slot.start)
        if slot.name == MARK:
            yield _unsupported(slot.hint, place, _key_at(draft, slot.start))
            continue
        asked = f" ({slot.hint})" if slot.hint else ""
        yield Problem(
            "error",
            "empty-slot",
            f"the {slot.name} awaits your words{asked}",
            place.line,
            place.column,
            _key_at(draft, slot.start),
            "replace it, brackets and all, or delete the part it stands in",
        )


def _unsupported(hint: str, place: Place, key: str) -> Problem:
    """What a machine wrote, and no source of the entry says."""
    return Problem(
        "error",
        "unsupported",
        f"a machine wrote the sentence before this mark, and part of it is {hint or 'unsupported'}",
        place.line,
        place.column,
        key,
        "hold it against the sources, correct it or take it out, then delete the mark",
    )


def _key_at(draft: Draft, offset: int) -> str:
    return next((block.key for block in draft.blocks if block.start <= offset < block.end), "")

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from digest.errors import UsageError
from digest.sort.rows import item_of

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [
        "2026-06-29T12:00:00Z",
        "2026-06-29T14:00:00+02:00",
        "2026-06-29 12:00:00",
        "Mon, 29 Jun 2026 05:00:00 -0700",
        1782734400,
        1782734400.0,
        "1782734400",
        1782734400000,
    ],
)
def test_one_moment_however_it_is_written(said: object) -> None:
    assert item_of({"id": "1", "published": said}).published == NOON


def test_a_day_alone_and_no_time_at_all() -> None:
    midnight = NOON.replace(hour=0)
    assert item_of({"id": "1", "published": "20260629"}).published == midnight
    assert item_of({"id": "1", "published": "2026-06-29"}).published == midnight
    assert item_of({"id": "1", "published": "  "}).published is None
    assert item_of({"id": "1"}).published is None


@pytest.mark.parametrize("said", ["yesterday", "nan", "1e400", {"at": 1}, "2026-13-45"])
def test_what_is_no_time_is_refused_with_its_row(said: object) -> None:
    with pytest.raises(UsageError, match="row 7"):
        item_of({"id": 7, "published": said})

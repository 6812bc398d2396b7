"""Dates in the forms that feeds and pages write, and nothing that is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.fetch.dates import read_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-01", (2026, 6, 1)),
        ("2026-06-01T10:00:00Z", (2026, 6, 1, 10)),
        ("2026-06-01T10:00:00.123+02:00", (2026, 6, 1, 8)),
        ("2026-06-01 10:00", (2026, 6, 1, 10)),
        ("2026/6/1", (2026, 6, 1)),
        ("Mon, 01 Jun 2026 10:00:00 GMT", (2026, 6, 1, 10)),
        ("Mon, 1 Jun 2026 10:00:00 -0500", (2026, 6, 1, 15)),
        ("01 Jun 2026 10:00 EST", (2026, 6, 1, 15)),
        ("June 1, 2026", (2026, 6, 1)),
        ("Jun. 1st, 2026", (2026, 6, 1)),
        ("Monday, June 1, 2026 at 3:05 pm", (2026, 6, 1, 15, 5)),
        ("1. Juni 2026", (2026, 6, 1)),
        ("1er juin 2026", None),
        ("1 juin 2026", (2026, 6, 1)),
        ("1 de junio de 2026", (2026, 6, 1)),
        ("1 giugno 2026, 14:00", (2026, 6, 1, 14)),
        ("2004-július-13T9:15-05:00", (2004, 7, 13, 14, 15)),
        ("2026. június 1. 9:15", (2026, 6, 1, 9, 15)),
        ("2004년 05월 25일  오후 11:16:11", (2004, 5, 25, 14, 16, 11)),
        ("2004-05-25 오전 01:16:11", (2004, 5, 24, 16, 16, 11)),
        ("2026年6月1日 10:00", (2026, 6, 1, 10)),
        ("2026-06-01 7:48:21 PM", (2026, 6, 1, 19, 48, 21)),
        ("Sun Jan  4 16:29:06 PDT 2004", (2004, 1, 4, 23, 29, 6)),
        ("Fri, 2006/09/15 08:19:53 EDT", (2006, 9, 15, 12, 19, 53)),
        ("Thu, 01 Jan 2004 19:48:21 CEST", (2004, 1, 1, 17, 48, 21)),
        ("Thu, 01 Jan 2004 19:48:60 GMT", (2004, 1, 1, 19, 48, 59)),
        ("Thu, 01 Jan 2004 24:00:00 GMT", (2004, 1, 2)),
        ("Thu, 01 Jan 2004 24:30:00 GMT", None),
        ("Mon, 02 Jan 2006 15:04:05 GMT+2", (2006, 1, 2, 13, 4, 5)),
        ("Mon, 02 Jan 2006 15:04:05 +02", (2006, 1, 2, 13, 4, 5)),
        ("Mon, 02 Jan 2006 15:04:05 UTC+0530", (2006, 1, 2, 9, 34, 5)),
        ("Mon Jan 02 2006 15:04:05 GMT-0700 (MST)", (2006, 1, 2, 22, 4, 5)),
        ("Mon , 02 Jan 2006 15:04:05 -330", (2006, 1, 2, 18, 34, 5)),
        ("January 2, 2006 - 3:04pm", (2006, 1, 2, 15, 4)),
        ("Пн, 02 янв 2006 15:04:05 +0300", (2006, 1, 2, 12, 4, 5)),
        ("2. mei 2006", (2006, 5, 2)),
        ("02.01.2006 15:04", (2006, 1, 2, 15, 4)),
        ("1.13.2006", None),
        ("2004-W01-4", (2004, 1, 1)),
        ("yesterday", None),
        ("3 hours ago", None),
        ("06/01/2026", None),
        ("2026-13-45", None),
        ("99999-01-01", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("", None),
        ("12345678", None),
    ],
)
def test_dates(text: str, moment: tuple[int, ...] | None) -> None:
    expected = datetime(*moment, tzinfo=UTC) if moment else None  # type: ignore[arg-type,misc]  # numbers
    assert read_date(text) == expected


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2199, 1, 1)))  # noqa: DTZ001  # made UTC below
def test_what_isoformat_writes_is_read(moment: datetime) -> None:
    utc = moment.replace(tzinfo=UTC, microsecond=0)
    assert read_date(utc.isoformat()) == utc


@given(st.text(max_size=60))
def test_anything_is_a_date_in_utc_or_none(text: str) -> None:
    found = read_date(text)
    assert found is None or found.tzinfo is UTC

"""Dates in forms that feedparser does not know but feeds and pages write."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# A language a line, long and short.
_NAMES = """
january february march april may june july august september october november december
jan feb mar apr may jun jul aug sep oct nov dec
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
janv févr mars avr mai juin juil aout sept oct nov déc
janv fevrier mars avr mai juin juil aout sept oct nov decembre
januar februar märz april mai juni juli august september oktober november dezember
jan fevr maerz apr mai jun jul aug sept okt nov dez
jan fev mrz apr mai jun jul aug sept okt nov dez
januari februari maart april mei juni juli augustus september oktober november december
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
ene feb mar abr may jun jul ago sept oct nov dic
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
gen feb mar apr mag giu lug ago set ott nov dic
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
jan fev marco abr mai jun jul ago set out nov dez
január február március április május június július augusztus szeptember október november december
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
янв фев мар апр май июн июл авг сен окт ноя дек
"""
_MONTHS = {
    name: number
    for line in _NAMES.strip().split("\n")
    for number, name in enumerate(line.split(), 1)
}
_ZONES = {
    name: timedelta(hours=hours)
    for hours, names in {
        -8: "PST PT",
        -7: "MST PDT MT",
        -6: "CST MDT CT",
        -5: "EST CDT ET",
        -4: "EDT AST AT",
        0: "UT UTC GMT Z WET",
        1: "BST CET MET WEST",
        2: "CEST MEST EET",
        3: "EEST MSK",
        8: "SGT HKT",
        9: "JST KST",
        10: "AEST",
        11: "AEDT",
    }.items()
    for name in names.split()
}
_CLOCK = (
    r"(?:[\sT,]*(?:(?:at|um|[-–])\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?"
    r"\s*(?P<zone>(?:GMT|UTC?)?\s?[+-]\d{1,2}(?::?\d{2})?(?!\d)|[A-Za-z]{1,5}(?![A-Za-z]))?)?"
)
_MONTH = r"(?P<month>[^\W\d]+)\.?"
_YEAR = rf"(?P<year>\d{{4}}){_CLOCK}"
_DAY_FIRST = (
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]*(?:de\s+)?{_MONTH},?[\s-]*(?:de\s+)?{_YEAR}"
)
_MONTH_FIRST = rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}"
_NUMBERS = rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_CLOCK}"
_YEAR_FIRST = rf"(?P<year>\d{{4}})[-.\s]+{_MONTH}[-\s]+(?P<day>\d{{1,2}})\.?{_CLOCK}"
# Nowhere do dots divide the month from a day behind it.
_DOTTED = rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}"
_FORMS = [
    re.compile(rf"(?:[^\W\d]+\.?\s?,?\s+)?{form}\b", re.IGNORECASE)
    for form in (_NUMBERS, _DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _DOTTED)
]
# Chinese, Japanese and Korean name the parts instead, and Korean says before the clock which half.
_NAMED = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_KOREAN_HALF = re.compile(r"(오전|오후)\s*(\d{1,2}:\d{2}(?::\d{2})?)\Z")

_SINCE_1970 = re.compile(r"1\d{9}(?:\d{3})?")
"""From 2001 to 2033, in seconds or in milliseconds."""


def read_date(text: str) -> datetime | None:
    """The moment that a text names, in UTC; None where it names none without doubt.

    Reads ISO 8601, RFC 822, seconds or milliseconds since 1970, dates with the month's name in
    English, French, German, Dutch, Spanish, Italian, Portuguese, Hungarian or Russian, and those
    whose parts are named in Chinese, Japanese or Korean. Never guesses what is day and what is
    month, and never asks the clock: "yesterday" is no date. Without a zone it is UTC, without a
    time midnight.
    """
    text = " ".join(text.split())
    if not 6 <= len(text) <= 80:
        return None
    if not text.isascii():
        text = _KOREAN_HALF.sub(_korean_clock, _NAMED.sub(r"\1-\2-\3 ", text))
    if _SINCE_1970.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    return _iso(text) or _by_form(text) or _mail(text)


def _korean_clock(match: re.Match[str]) -> str:
    return f"{match[2]} {'am' if match[1] == '오전' else 'pm'} KST"


def _iso(text: str) -> datetime | None:
    try:
        return _utc(datetime.fromisoformat(text))
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    try:
        return _utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError):
        return None


def _utc(moment: datetime) -> datetime | None:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        return None


def _by_form(text: str) -> datetime | None:
    for form in _FORMS:
        if (match := form.match(text)) and (moment := _moment(match)):
            return moment
    return None


def _moment(match: re.Match[str]) -> datetime | None:
    name = match["month"].lower()
    month = int(name) if name.isdecimal() else _MONTHS.get(name, 0)
    hour, minute = _hour(match), int(match["minute"] or 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    second = min(59, int(match["second"] or 0))
    try:
        day = datetime(int(match["year"]), month, int(match["day"]), tzinfo=UTC)
        clock = timedelta(hours=hour, minutes=minute, seconds=second)
        return day + clock - _offset(match["zone"] or "")
    except (ValueError, OverflowError):
        return None


def _hour(match: re.Match[str]) -> int:
    hour = int(match["hour"] or 0)
    if not match["half"]:
        return hour
    return hour % 12 + (12 if match["half"].lower() == "p" else 0)


def _offset(zone: str) -> timedelta:
    signed = re.search(r"([+-])(\d{1,2}?):?(\d{2})?\Z", zone)
    if not signed:
        return _ZONES.get(zone.upper(), timedelta())
    size = timedelta(hours=int(signed[2]), minutes=int(signed[3] or 0))
    return -size if signed[1] == "-" else size

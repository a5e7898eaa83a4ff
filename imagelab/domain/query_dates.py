"""Days as a search names them, read as spans of microseconds by the local calendar."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta

from imagelab import clock
from imagelab.domain.query_numbers import compared
from imagelab.domain.query_tree import Span

# Before 1970 and after 9998 some systems cannot say what the local midnight is.
_FIRST, _LAST = date(1970, 1, 1), date(9998, 12, 31)
_AGO = re.compile(r"([0-9]{1,5})([dwmy])")
_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_COMPARED = re.compile(r"(<=|>=|<|>|=)?(.+)")


def read_dates(text: str) -> Span | None:
    """The span a date names; None where it names none.

    Whole days, weeks, months or years back (`7d`, from that day's midnight on), `today`,
    `yesterday`, a year, month or day, a comparison with one, or a range of two.
    """
    ago = _AGO.fullmatch(text)
    if ago:
        return Span(_midnight(_back(int(ago[1]), ago[2])), None)
    if ".." in text:
        first, _, last = text.partition("..")
        return _between(first, last)
    found = _COMPARED.fullmatch(text)
    period = _period(found[2]) if found else None
    if found is None or period is None:
        return None
    start, end = _midnight(period[0]), _midnight(period[1]) - 1
    return compared(found[1], start, end, start - 1, end + 1)


def _between(first: str, last: str) -> Span | None:
    start, end = _period(first), _period(last)
    if (first and not start) or (last and not end) or not (start or end):
        return None
    return Span(
        _midnight(start[0]) if start else None,
        _midnight(end[1]) - 1 if end else None,
    )


def _period(text: str) -> tuple[date, date] | None:
    """The first day of a year, month or day, and the first day after it."""
    if text in ("today", "yesterday"):
        day = _today() - timedelta(days=text == "yesterday")
        return day, day + timedelta(days=1)
    found = _PERIOD.fullmatch(text)
    if not found:
        return None
    year, month, day_of_month = (int(part) if part else None for part in found.groups())
    assert year is not None
    try:
        start = date(year, month or 1, day_of_month or 1)
    except ValueError:
        return None
    if not _FIRST <= start <= _LAST:
        return None
    if day_of_month:
        return start, start + timedelta(days=1)
    return start, _months_on(start, 1 if month else 12)


def _back(count: int, unit: str) -> date:
    if unit in "dw":
        days = count * (7 if unit == "w" else 1)
        return max(_FIRST, _today() - timedelta(days=min(days, (_today() - _FIRST).days)))
    return _months_on(_today(), -count * (12 if unit == "y" else 1))


def _months_on(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    year, month = total // 12, total % 12 + 1
    if year < _FIRST.year:
        return _FIRST
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _today() -> date:
    return clock.now().astimezone().date()


def _midnight(day: date) -> int:
    """The day's first moment here; without a zone, `astimezone` reads it as local time."""
    naive = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local on purpose
    return clock.to_us(naive.astimezone())

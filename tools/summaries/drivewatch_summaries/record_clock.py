"""Judges the time in a row: its forms, and clocks that are wrong.

libs/contracts does the same for records that are posted (record-clock.ts, wire-time.ts), and its test-vectors hold both
to it.
"""

from datetime import datetime, timezone
from functools import reduce

from pyspark.sql import Column
from pyspark.sql import functions as F

from drivewatch_summaries.schema import ISO_TIME_PATTERN, WALL_TIME_PATTERN

_DAY_MS = 86_400_000
_FIRST_PLAUSIBLE_MS = int(datetime(2000, 1, 1, tzinfo=timezone.utc).timestamp() * 1000)
"""Receivers without a fix begin at 1970 (Unix), 1980-01-06 (GPS) or 1999-08-22 (the GPS week count started again)."""
_WEEK_ROUND_MS = 1024 * 7 * _DAY_MS
"""GPS counts weeks in 10 bits (IS-GPS-200, 20.3.3.3.1.1); a receiver that assumes the wrong round is this late."""
_LATE_BY_AT_MOST_MS = 366 * _DAY_MS
"""A record this late, counted from one round ago, still counts as a late record of such a receiver."""

_TO_THE_MINUTE = "^(.{16})"
"""The beginning of either form of a time: `YYYY-MM-DD`, one character, `HH:MM`."""


def instant(text: Column, plain: Column) -> Column:
    """Returns the instant of a `Time`, or null when it is none.

    plain: whether the text is already known to have the form of a wall time. A wall time that occurs twice gives the
    earlier instant. One that a clock change skips gives the instant as far after the change as it claims to be, which
    is what the offset before the change yields. Second 60, which clocks show at a leap second, is the one after second
    59.
    """
    has_form = plain | F.rlike(text, F.lit(f"{WALL_TIME_PATTERN}|{ISO_TIME_PATTERN}"))
    return F.when(has_form, F.coalesce(text.try_cast("timestamp"), _in_rare_form(text)))


def _in_rare_form(text: Column) -> Column:
    """Returns the instant of a time in a form that Spark does not read: with second 60, without seconds, with a
    lower-case `t` or `z`, or with a comma before the fraction."""
    is_leap = F.rlike(text, F.lit(f"{_TO_THE_MINUTE}:60"))
    in_capitals = F.translate(text, "tz,", "TZ.")
    with_seconds = F.regexp_replace(in_capitals, f"{_TO_THE_MINUTE}(?=[Z+-])", "$1:00")
    readable = F.regexp_replace(with_seconds, f"{_TO_THE_MINUTE}:60", "$1:59").try_cast("timestamp")
    return F.timestamp_millis(F.unix_millis(readable) + F.when(is_leap, 1000).otherwise(0))


def is_dead_clock(at_ms: Column, arrived_ms: Column) -> Column:
    """Returns whether a time is the date of a receiver that was never told the time."""
    of_a_round = [
        at_ms.between(arrived_ms - before_ms - _LATE_BY_AT_MOST_MS, arrived_ms - before_ms + _DAY_MS)
        for before_ms in (_WEEK_ROUND_MS, 2 * _WEEK_ROUND_MS)
    ]
    return reduce(lambda one, other: one | other, of_a_round, at_ms < _FIRST_PLAUSIBLE_MS)

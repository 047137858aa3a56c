"""Describes the detail record in files, and the columns that the job makes of it.

Names, bounds and patterns are those of libs/contracts; tests/test_schema.py compares the two.
"""

from pyspark.sql.types import (
    BooleanType,
    ByteType,
    DoubleType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
)

DETAIL_RECORD_COLUMNS = (
    "driverID",
    "carPlateNumber",
    "Latitude",
    "Longtitude",
    "Speed",
    "Direction",
    "siteName",
    "Time",
    "isRapidlySpeedup",
    "isRapidlySlowdown",
    "isNeutralSlide",
    "isNeutralSlideFinished",
    "neutralSlideTime",
    "isOverspeed",
    "isOverspeedFinished",
    "overspeedTime",
    "isFatigueDriving",
    "isHthrottleStop",
    "isOilLeak",
)
SHORT_ROW = 8
"""The number of fields of a row in which nothing happened; others have all columns, and mostly a trailing comma."""

LIMITS = {
    "Latitude": (-90, 90),
    "Longtitude": (-180, 180),
    "Speed": (0, 500),
    "Direction": (0, 360),
    "neutralSlideTime": (0, 86_400),
    "overspeedTime": (0, 86_400),
}
"""The bounds are inclusive; units are degrees, km/h and seconds."""
EARLIEST_MS, LATEST_MS = 0, 4_102_444_799_999
"""These are 1 January 1970 and 31 December 2099, UTC."""
MAX_AHEAD_MS = 24 * 3_600_000
"""How far a record may be ahead of its arrival, on every way in."""
TEXT_LENGTHS = {"carPlateNumber": 32, "siteName": 256}

# The patterns are in Java's syntax; `\\z` is the very end, where `$` would also match before a last line break.
DRIVER_ID_PATTERN = r"^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._:@/#+-]{0,62}[\p{L}\p{M}\p{N}._:@/#+-])?\z"
DECIMAL_PATTERN = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\z"
WALL_TIME_PATTERN = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\z"
ISO_TIME_PATTERN = (
    r"^\d{4}-\d{2}-\d{2}[Tt ](?!24)\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?"
    r"(?:[Zz]|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)\z"
)
DIRECTION_MARKS = r"[\x{202A}-\x{202E}\x{2066}-\x{2069}]"
"""These marks make a text look like another (Unicode Technical Report 36, 3.2, bidirectional text spoofing)."""

_NUMBER = r"(?:-?\d{1,3}(?:\.\d{1,15})?)?+"
PLAIN_TEXT_RANGES = (
    *((" ", "!"), ("#", "+"), ("-", "~")),  # ASCII without quotes, commas and control characters
    *(("\u00a0", "\u02ff"), ("\u0400", "\u0482")),  # Latin and Cyrillic
    *(("\u3001", "\u3029"), ("\u3041", "\u3096"), ("\u30a1", "\u30fa")),  # CJK punctuation, kana
    *(("\u3400", "\u9fff"), ("\uac00", "\ud7a3"), ("\uff01", "\uffee")),  # Han, Hangul, full-width forms
)
"""Characters that NFC leaves unchanged, whatever is next to them. U+FFFD stands for bytes that are no UTF-8."""
_TEXT = "[" + "".join(rf"\{first}-{last}" for first, last in PLAIN_TEXT_RANGES) + "]"
_PLATE, _SITE = (f"{_TEXT}{{0,{length}}}+" for length in TEXT_LENGTHS.values())
PLAIN_ROW_PATTERN = (
    rf"^[A-Za-z0-9][A-Za-z0-9._:@/#+-]{{0,63}}+,{_PLATE},"
    rf"{_NUMBER},{_NUMBER},\d{{1,3}}(?:\.\d{{1,15}})?+,{_NUMBER},{_SITE},"
    r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}"
    r"(?:,[01]?,[01]?,[01]?,[01]?,\d{0,5}+,[01]?,[01]?,\d{0,5}+,[01]?,[01]?,[01]?,?)?\z"
)
"""Matches nearly all rows: a match shows that shape, driver, texts, flags and forms of numbers and time are right."""

# Flags of the file, in its order, and the columns that hold them once a row is clean.
FLAGS = {
    "isRapidlySpeedup": "rapid_speedup",
    "isRapidlySlowdown": "rapid_slowdown",
    "isNeutralSlide": "neutral_slide",
    "isNeutralSlideFinished": "neutral_slide_finished",
    "isOverspeed": "overspeed",
    "isOverspeedFinished": "overspeed_finished",
    "isFatigueDriving": "fatigue",
    "isHthrottleStop": "throttle_stop",
    "isOilLeak": "oil_leak",
}

CLEAN_SCHEMA = StructType(
    [
        StructField("source", StringType()),  # path of the file
        StructField("driver_id", StringType()),
        StructField("plate_number", StringType()),  # empty when the record has no plate
        StructField("at_ms", LongType()),  # instant, epoch milliseconds
        StructField("hour", ByteType()),  # of the day on the fleet's wall clock
        StructField("latitude_deg", DoubleType()),  # null without a position
        StructField("longitude_deg", DoubleType()),
        # Values are in thousandths, so that sums do not depend on their order; null where a receiver gave no speed.
        StructField("speed_milli_kmh", IntegerType()),
        *(StructField(flag, BooleanType()) for flag in FLAGS.values()),
        StructField("neutral_slide_ms", IntegerType()),
        StructField("overspeed_ms", IntegerType()),
        StructField("dead_clock", BooleanType()),  # the time is that of a receiver that was never told it
        # These two locate an undecided row: the offset of the part of its file that a task reads, and its number in
        # that part.
        StructField("part_offset", LongType()),
        StructField("part_row", LongType()),
        StructField("reason", StringType()),  # why the row is rejected; null for a good one
        StructField("line", StringType()),  # the row itself, when it is rejected
        StructField("day", StringType()),  # YYYY-MM-DD on the fleet's wall clock, or REJECTED, or UNDECIDED
    ]
)
REJECTED = "rejected"
"""Stands for the day of rows that are no records."""
UNDECIDED = "undecided"
"""Stands for the day of rows that drivewatch_summaries.repeated_hour has yet to decide."""

COUNTS = {
    "records": None,
    "rapid_speedups": "rapid_speedup",
    "rapid_slowdowns": "rapid_slowdown",
    "neutral_slides": "neutral_slide",
    "neutral_slides_finished": "neutral_slide_finished",
    "overspeeds": "overspeed",
    "overspeeds_finished": "overspeed_finished",
    "fatigue_records": "fatigue",
    "throttle_stops": "throttle_stop",
    "oil_leaks": "oil_leak",
}
"""The counters of an hour, and the flag that each counts."""

SUMS = (
    *COUNTS,
    "records_without_speed",
    "neutral_slide_ms",
    "overspeed_ms",
    "speed_sum_milli_kmh",
    "driving_ms",
    "distance_mm",
)
"""Whole numbers that add up over hours and days in any order."""

HOURS_SCHEMA = StructType(
    [
        StructField("driver_id", StringType()),
        StructField("hour", ByteType()),
        *(StructField(name, LongType()) for name in SUMS),
        StructField("top_speed_milli_kmh", IntegerType()),  # null when no record has a speed
        StructField("first_at_ms", LongType()),  # only records whose clock is not dead; null when there are none
        StructField("last_at_ms", LongType()),
        StructField("plate_at_ms", LongType()),  # time of the latest record that has a plate
        StructField("plate_number", StringType()),
        StructField("day", StringType()),
    ]
)
"""The schema has one row per driver and hour of a day on the fleet's wall clock."""

"""Turns lines of detail-record files into typed rows, with a reason for each line that is no record."""

from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from drivewatch_summaries.record_clock import instant, is_dead_clock
from drivewatch_summaries.repeated_hour import may_be_repeated, repeats_of
from drivewatch_summaries.schema import (
    CLEAN_SCHEMA,
    DECIMAL_PATTERN,
    DETAIL_RECORD_COLUMNS,
    DIRECTION_MARKS,
    DRIVER_ID_PATTERN,
    EARLIEST_MS,
    FLAGS,
    LATEST_MS,
    LIMITS,
    MAX_AHEAD_MS,
    PLAIN_ROW_PATTERN,
    REJECTED,
    SHORT_ROW,
    TEXT_LENGTHS,
    UNDECIDED,
    WALL_TIME_PATTERN,
)
from drivewatch_summaries.spark import SESSION_ZONE, session_zone

_COMMA_OUTSIDE_QUOTES = r',(?=(?:[^"]*+"[^"]*+")*+[^"]*+\z)'
_CSV_FIELD = r'(?:"[^"]*+(?:""[^"]*+)*+"|[^",]*+)'
# All quantifiers are possessive: Java would otherwise recurse, and hostile lines would exhaust its stack.
_CSV_ROW_PATTERN = rf"^{_CSV_FIELD}(?:,{_CSV_FIELD})*+\z"
_QUOTED_FIELD = r'(?dm)^"([^\n]*)"$'
_FULL_ROW = len(DETAIL_RECORD_COLUMNS)
_FLAG_LIST_PATTERN = rf"^[01]?(?:,[01]?){{{len(FLAGS) - 1}}}\z"
_FILE = ("source", "arrived_ms", "part_offset", "part_row")
_LONGEST_LINE = 10_000
_LONGEST_SHOWN_VALUE = 40
_UNITS = {"Speed": "km/h", "neutralSlideTime": "seconds", "overspeedTime": "seconds"}


def lines_of(files: DataFrame) -> DataFrame:
    """Returns the lines of text files in the form that `clean` takes. files: as `spark.read.text` returns them."""
    return files.select(
        "value",
        F.col("_metadata.file_path").alias("source"),
        F.unix_millis("_metadata.file_modification_time").alias("arrived_ms"),
        # A task reads one part of a file after the other, each from its beginning to its end, so these two columns give
        # the order of a file's lines, however many tasks read it.
        F.col("_metadata.file_block_start").alias("part_offset"),
        F.monotonically_increasing_id().alias("part_row"),
    )


def clean(lines: DataFrame, time_zone: str | None = None) -> DataFrame:
    """Returns one row of CLEAN_SCHEMA for each line that is not blank.

    lines: `value`, a line without its end; `source`, the path of its file; `arrived_ms`, when that was last written;
    `part_offset` and `part_row`, which give the order of a file's lines. time_zone: that of times without an offset,
    the fleet's unless given. Times that may mean two instants get the earlier one, and the day UNDECIDED. Days and
    hours are those of the session's time zone, which is the fleet's.
    """
    spark = lines.sparkSession
    fleet_zone = session_zone(spark)
    if time_zone is None or time_zone == fleet_zone:
        return _clean(lines)
    # A frame keeps the zone that the session has when the frame is made.
    spark.conf.set(SESSION_ZONE, time_zone)
    try:
        rows = _clean(lines)
    finally:
        spark.conf.set(SESSION_ZONE, fleet_zone)
    at = F.timestamp_millis("at_ms")
    is_of_a_day = ~F.col("day").isin(REJECTED, UNDECIDED)
    return rows.withColumns(
        {
            "hour": F.hour(at).cast("byte"),
            "day": F.when(is_of_a_day, F.to_date(at).cast("string")).otherwise(F.col("day")),
        }
    )


def _clean(lines: DataFrame) -> DataFrame:
    """Returns the rows; all of their times and days are in the session's time zone."""
    repeats = repeats_of(lines.sparkSession)
    line = F.when(F.startswith("value", F.lit("\ufeff")), F.substring("value", 2, 1 << 30)).otherwise(F.col("value"))
    split = (
        lines.where(F.trim("value") != "")
        .select(*_FILE, line.alias("line"))
        .select(
            *_FILE,
            "line",
            F.rlike("line", F.lit(PLAIN_ROW_PATTERN)).alias("plain"),
            _fields().alias("fields"),
        )
    )
    typed = split.select(
        *_FILE,
        "line",
        "plain",
        "fields",
        *(_name(name).alias(name) for name in ("driverID", *TEXT_LENGTHS)),
        *(_number(name).alias(name) for name in LIMITS),
        instant(_field("Time"), F.col("plain")).alias("at"),
    )
    judged = typed.withColumn("reason", _reason())
    is_good = F.col("reason").isNull()
    is_undecided = is_good & _is_wall_time() & may_be_repeated(F.col("at"), repeats)
    day = F.when(is_undecided, UNDECIDED).when(is_good, F.to_date("at").cast("string")).otherwise(REJECTED)
    # Receivers without a fix report the point where the equator and the meridian of Greenwich cross, in the Atlantic.
    has_position = (F.col("Latitude") != 0) | (F.col("Longtitude") != 0)
    return judged.select(
        "source",
        F.col("driverID").alias("driver_id"),
        F.col("carPlateNumber").alias("plate_number"),
        F.unix_millis("at").alias("at_ms"),
        F.hour("at").cast("byte").alias("hour"),
        F.when(has_position, F.col("Latitude")).alias("latitude_deg"),
        F.when(has_position, F.col("Longtitude")).alias("longitude_deg"),
        _thousandths("Speed", is_good & (F.col("Speed") >= 0)).alias("speed_milli_kmh"),
        *(_flag(name).alias(column) for name, column in FLAGS.items()),
        F.coalesce(_thousandths("neutralSlideTime", is_good), F.lit(0)).alias("neutral_slide_ms"),
        F.coalesce(_thousandths("overspeedTime", is_good), F.lit(0)).alias("overspeed_ms"),
        (is_good & is_dead_clock(F.unix_millis("at"), F.col("arrived_ms"))).alias("dead_clock"),
        *(F.when(is_undecided, F.col(name)).alias(name) for name in ("part_offset", "part_row")),
        "reason",
        F.when(~is_good, F.substring("line", 1, _LONGEST_LINE)).alias("line"),
        day.alias("day"),
    ).select(*CLEAN_SCHEMA.names)


def _fields() -> Column:
    """Returns the fields of a line, without the quotes around them."""
    # No line holds a line break, so one can stand for the commas between fields.
    separated = F.regexp_replace("line", _COMMA_OUTSIDE_QUOTES, "\n")
    unquoted = F.replace(F.regexp_replace(separated, _QUOTED_FIELD, "$1"), F.lit('""'), F.lit('"'))
    return (
        F.when(~F.contains("line", F.lit('"')), F.split("line", ","))
        .when(F.octet_length("line") <= _LONGEST_LINE, F.split(unquoted, "\n"))
        .otherwise(F.array(F.lit("")))
    )


def _field(name: str) -> Column:
    """Returns the text of a field; empty where the row ends before it."""
    return F.coalesce(F.get("fields", F.lit(DETAIL_RECORD_COLUMNS.index(name))), F.lit(""))


def _name(name: str) -> Column:
    """Returns the text of a field that names something, in Unicode's normal form C, so that equal names are equal
    texts.

    Spark has no function for this, but the ICU4J that it includes for its collations does. Called by reflection, it
    needs no worker in Python and none of the job's own code on the executors. Plain rows hold nothing that it would
    change.
    """
    text = _field(name)
    composed = F.java_method(F.lit("com.ibm.icu.text.Normalizer"), F.lit("compose"), text, F.lit(False))
    return F.when(F.col("plain"), text).otherwise(composed)


def _number(name: str) -> Column:
    """Returns the number in a field; null for an empty field, NaN for text that is no number."""
    text = _field(name)
    is_decimal = F.col("plain") | F.rlike(text, F.lit(DECIMAL_PATTERN))
    return F.when(text != "", F.when(is_decimal, text.try_cast("double")).otherwise(F.lit(float("nan"))))


def _is_wall_time() -> Column:
    """Returns whether a `Time` has no offset. A space does not show it, since it may stand for the T of ISO 8601."""
    return F.col("plain") | F.rlike(_field("Time"), F.lit(WALL_TIME_PATTERN))


def _flag(name: str) -> Column:
    return _field(name) == "1"


def _thousandths(name: str, is_good: Column) -> Column:
    """Returns fixed-point numbers, because sums of whole numbers do not depend on row order; null when absent."""
    # F.round is avoided because it converts to decimals, which takes as long as all the rest of the field.
    return F.when(is_good, (F.col(name) * 1000 + 0.5).cast("int"))


def _reason() -> Column:
    """Returns what is wrong with a row: the first of its faults, and what is allowed; null when it is a record."""
    looked_at = F.coalesce(*(F.when(is_wrong, says) for is_wrong, says in _faults()))
    return F.when(~_is_plainly_right(), looked_at)


def _is_plainly_right() -> Column:
    """Returns whether a row is like nearly all rows and needs no checks of single fields; never true of a wrong row."""
    in_bounds = [F.col(name).isNull() | F.col(name).between(*limits) for name, limits in LIMITS.items()]
    has_whole_position = F.col("Latitude").isNull() == F.col("Longtitude").isNull()
    in_time = F.unix_millis("at").between(EARLIEST_MS, F.least(F.col("arrived_ms") + MAX_AHEAD_MS, F.lit(LATEST_MS)))
    known = F.col("plain") & has_whole_position & F.coalesce(in_time, F.lit(False))
    return reduce(lambda one, other: one & other, in_bounds, known)


def _faults() -> list[tuple[Column, Column]]:
    count = F.size("fields")
    has_known_shape = (
        F.col("plain")
        | count.isin(SHORT_ROW, _FULL_ROW)
        | ((count == _FULL_ROW + 1) & (F.get("fields", F.lit(_FULL_ROW)) == ""))
    )
    flags = F.concat_ws(",", *(_field(name) for name in FLAGS))
    at_ms = F.unix_millis("at")
    has_position = [F.col(name).isNotNull() for name in ("Latitude", "Longtitude")]
    return [
        (F.octet_length("line") > _LONGEST_LINE, F.lit(f"is longer than {_LONGEST_LINE:,} bytes")),
        (~F.is_valid_utf8("line"), F.lit("is not valid UTF-8")),
        (
            ~F.col("plain") & F.contains("line", F.lit('"')) & ~F.rlike("line", F.lit(_CSV_ROW_PATTERN)),
            F.lit("is not valid CSV: a quote is not closed, or stands inside a field without quotes"),
        ),
        (
            ~has_known_shape,
            F.concat(
                F.lit("has "),
                count.cast("string"),
                F.lit(f" fields; allowed: {SHORT_ROW}, or {_FULL_ROW} with or without a trailing comma"),
            ),
        ),
        (
            ~F.col("plain") & ~F.rlike("driverID", F.lit(DRIVER_ID_PATTERN)),
            _says(
                "driverID",
                "1 to 64 letters, digits, combining marks, spaces and . _ : @ / # + -, starting with a letter or digit",
            ),
        ),
        *(fault for name, length in TEXT_LENGTHS.items() for fault in _text_faults(name, length)),
        *(_number_fault(name, *limits) for name, limits in LIMITS.items()),
        (has_position[0] != has_position[1], F.lit("has one of Latitude and Longtitude; allowed: both or neither")),
        (
            F.col("at").isNull() | ~at_ms.between(EARLIEST_MS, LATEST_MS),
            _says("Time", "YYYY-MM-DD HH:MM:SS, or ISO 8601 with an offset, from 1970 to 2099"),
        ),
        (
            at_ms > F.col("arrived_ms") + MAX_AHEAD_MS,
            F.concat(
                F.lit("Time is "),
                _shown(_field("Time")),
                F.lit("; allowed: at most 24 hours ahead of when the file was written, which was at "),
                F.timestamp_millis("arrived_ms").cast("string"),
            ),
        ),
        (
            ~F.col("plain") & ~F.rlike(flags, F.lit(_FLAG_LIST_PATTERN)),
            F.concat(F.lit("has the flags "), _shown(flags), F.lit("; allowed: 1, 0 or empty each")),
        ),
    ]


def _text_faults(name: str, length: int) -> list[tuple[Column, Column]]:
    allowed = f"text of at most {length} characters without control characters and direction marks"
    is_wrong = (F.length(name) > length) | F.rlike(name, F.lit(r"\p{Cc}"))
    mark = F.regexp_extract(name, DIRECTION_MARKS, 0)
    which = F.concat(F.lit(f"{name} holds U+"), F.hex(F.ascii(mark)), F.lit(f", a direction mark; allowed: {allowed}"))
    return [(~F.col("plain") & is_wrong, _says(name, allowed)), (~F.col("plain") & (mark != ""), which)]


def _number_fault(name: str, least: float, most: float) -> tuple[Column, Column]:
    # NaN, which stands for text that is no number, is larger than every number in Spark.
    is_wrong = ~F.col(name).between(least, most)
    allowed = f"a number from {least} to {most}" + (f" ({_UNITS[name]})" if name in _UNITS else " (degrees)")
    if name == "Speed":
        # Receivers without satellites send -1 or nothing; the flags are still true.
        is_absent = F.col(name).isNull() | (F.col(name) < 0)
        has_flag = reduce(lambda one, other: one | other, (_flag(flag) for flag in FLAGS))
        return (
            F.when(is_absent, ~has_flag).otherwise(is_wrong),
            _says(name, f"{allowed}, or in a row with a flag less than 0 or nothing"),
        )
    return is_wrong, _says(name, f"{allowed}, or nothing")


def _says(name: str, allowed: str) -> Column:
    return F.concat(F.lit(f"{name} is "), _shown(_field(name)), F.lit(f"; allowed: {allowed}"))


def _shown(text: Column) -> Column:
    """Returns the value as a message may quote it: never the whole of a long one."""
    cut = F.concat(F.substring(text, 1, _LONGEST_SHOWN_VALUE), F.lit("…"))
    quoted = F.when(F.length(text) > _LONGEST_SHOWN_VALUE, cut).otherwise(text)
    return F.concat(F.lit('"'), quoted, F.lit('"'))

"""Lines of detail-record files to typed rows; a line that is no record says why."""

from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from drivewatch_summaries.schema import (
    CLEAN_SCHEMA,
    DECIMAL_PATTERN,
    DETAIL_RECORD_COLUMNS,
    DRIVER_ID_PATTERN,
    EARLIEST_MS,
    FLAGS,
    ISO_TIME_PATTERN,
    LATEST_MS,
    LIMITS,
    PLAIN_ROW_PATTERN,
    REJECTED,
    SHORT_ROW,
    TEXT_LENGTHS,
    WALL_TIME_PATTERN,
)

_COMMA_OUTSIDE_QUOTES = r',(?=(?:[^"]*+"[^"]*+")*+[^"]*+\z)'
_CSV_FIELD = r'(?:"[^"]*+(?:""[^"]*+)*+"|[^",]*+)'
# Possessive throughout: Java would otherwise recurse, and hostile lines would exhaust its stack.
_CSV_ROW_PATTERN = rf"^{_CSV_FIELD}(?:,{_CSV_FIELD})*+\z"
_QUOTED_FIELD = r'(?dm)^"([^\n]*)"$'
_FULL_ROW = len(DETAIL_RECORD_COLUMNS)
_FLAG_LIST_PATTERN = rf"^[01]?(?:,[01]?){{{len(FLAGS) - 1}}}\z"
_LONGEST_LINE = 10_000
_LONGEST_SHOWN_VALUE = 40
_UNITS = {"Speed": "km/h", "neutralSlideTime": "seconds", "overspeedTime": "seconds"}


def clean(lines: DataFrame) -> DataFrame:
    """Return one row of CLEAN_SCHEMA for each line that holds anything.

    lines: `value`, a line without its end, and `source`, the path of its file. Times without an offset are read in the
    session's time zone, which is the fleet's: of two instants with the same wall time the earlier, and a wall time that
    a clock change skips as the same distance after the change, as everywhere in Drivewatch.
    """
    line = F.when(F.startswith("value", F.lit("\ufeff")), F.substring("value", 2, 1 << 30)).otherwise(F.col("value"))
    split = (
        lines.where(F.trim("value") != "")
        .select("source", line.alias("line"))
        .select(
            "source",
            "line",
            F.rlike("line", F.lit(PLAIN_ROW_PATTERN)).alias("plain"),
            _fields().alias("fields"),
        )
    )
    typed = split.select(
        "source",
        "line",
        "plain",
        "fields",
        *(_field(name).alias(name) for name in ("driverID", *TEXT_LENGTHS)),
        *(_number(name).alias(name) for name in LIMITS),
        _instant().alias("at"),
    )
    judged = typed.withColumn("reason", _reason())
    is_good = F.col("reason").isNull()
    return judged.select(
        "source",
        F.col("driverID").alias("driver_id"),
        F.col("carPlateNumber").alias("plate_number"),
        F.unix_millis("at").alias("at_ms"),
        F.hour("at").cast("byte").alias("hour"),
        F.col("Latitude").alias("latitude_deg"),
        F.col("Longtitude").alias("longitude_deg"),
        _thousandths("Speed", is_good).alias("speed_milli_kmh"),
        *(_flag(name).alias(column) for name, column in FLAGS.items()),
        _thousandths("neutralSlideTime", is_good).alias("neutral_slide_ms"),
        _thousandths("overspeedTime", is_good).alias("overspeed_ms"),
        "reason",
        F.when(~is_good, F.substring("line", 1, _LONGEST_LINE)).alias("line"),
        F.when(is_good, F.to_date("at").cast("string")).otherwise(REJECTED).alias("day"),
    ).select(*CLEAN_SCHEMA.names)


def _fields() -> Column:
    """The fields of a line, without the quotes around them."""
    # No line holds a line break, so that one may stand for the commas between fields.
    separated = F.regexp_replace("line", _COMMA_OUTSIDE_QUOTES, "\n")
    unquoted = F.replace(F.regexp_replace(separated, _QUOTED_FIELD, "$1"), F.lit('""'), F.lit('"'))
    return (
        F.when(~F.contains("line", F.lit('"')), F.split("line", ","))
        .when(F.octet_length("line") <= _LONGEST_LINE, F.split(unquoted, "\n"))
        .otherwise(F.array(F.lit("")))
    )


def _field(name: str) -> Column:
    """The text of a field; empty where the row ends before it."""
    return F.coalesce(F.get("fields", F.lit(DETAIL_RECORD_COLUMNS.index(name))), F.lit(""))


def _number(name: str) -> Column:
    """The number of a field; null for an empty one, NaN for text that is none."""
    text = _field(name)
    is_decimal = F.col("plain") | F.rlike(text, F.lit(DECIMAL_PATTERN))
    return F.when(text != "", F.when(is_decimal, text.try_cast("double")).otherwise(F.lit(float("nan"))))


def _instant() -> Column:
    """The instant of `Time`, or null when it is none."""
    text = _field("Time")
    has_form = F.col("plain") | F.rlike(text, F.lit(f"{WALL_TIME_PATTERN}|{ISO_TIME_PATTERN}"))
    return F.when(has_form, text.try_cast("timestamp"))


def _flag(name: str) -> Column:
    return _field(name) == "1"


def _thousandths(name: str, is_good: Column) -> Column:
    """Fixed point, because sums of whole numbers do not depend on the order of the rows."""
    # Not by F.round, which goes by way of decimals and takes as long as all the rest of the field.
    return F.when(is_good, F.coalesce((F.col(name) * 1000 + 0.5).cast("int"), F.lit(0)))


def _reason() -> Column:
    """What is wrong with a row: the first of its faults, and what is allowed; null when it is a record."""
    looked_at = F.coalesce(*(F.when(is_wrong, says) for is_wrong, says in _faults()))
    return F.when(~_is_plainly_right(), looked_at)


def _is_plainly_right() -> Column:
    """What nearly all rows are, which this spares the looks at one field after the other; never true of a wrong one."""
    in_bounds = [F.col(name).isNull() | F.col(name).between(*limits) for name, limits in LIMITS.items()]
    has_whole_position = F.col("Latitude").isNull() == F.col("Longtitude").isNull()
    in_time = F.unix_millis("at").between(EARLIEST_MS, LATEST_MS)
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
            _says("driverID", "1 to 64 letters, digits, spaces and . _ : @ / # + -, starting with a letter or digit"),
        ),
        *(_text_fault(name, length) for name, length in TEXT_LENGTHS.items()),
        *(_number_fault(name, *limits) for name, limits in LIMITS.items()),
        (has_position[0] != has_position[1], F.lit("has one of Latitude and Longtitude; allowed: both or neither")),
        (
            F.col("at").isNull() | ~at_ms.between(EARLIEST_MS, LATEST_MS),
            _says("Time", "YYYY-MM-DD HH:MM:SS, or ISO 8601 with an offset, from 1970 to 2099"),
        ),
        (
            ~F.col("plain") & ~F.rlike(flags, F.lit(_FLAG_LIST_PATTERN)),
            F.concat(F.lit("has the flags "), _shown(flags), F.lit("; allowed: 1, 0 or empty each")),
        ),
    ]


def _text_fault(name: str, length: int) -> tuple[Column, Column]:
    is_wrong = (F.length(name) > length) | F.rlike(name, F.lit(r"\p{Cc}"))
    return ~F.col("plain") & is_wrong, _says(name, f"text of at most {length} characters without control characters")


def _number_fault(name: str, least: float, most: float) -> tuple[Column, Column]:
    # NaN, which stands for text that is no number, is larger than every number in Spark.
    is_wrong = ~F.col(name).between(least, most)
    allowed = f"a number from {least} to {most}" + (f" ({_UNITS[name]})" if name in _UNITS else " (degrees)")
    if name == "Speed":
        return F.col(name).isNull() | is_wrong, _says(name, allowed)
    return is_wrong, _says(name, f"{allowed}, or nothing")


def _says(name: str, allowed: str) -> Column:
    return F.concat(F.lit(f"{name} is "), _shown(_field(name)), F.lit(f"; allowed: {allowed}"))


def _shown(text: Column) -> Column:
    """The value as a message may quote it: never the whole of a long one."""
    cut = F.concat(F.substring(text, 1, _LONGEST_SHOWN_VALUE), F.lit("…"))
    quoted = F.when(F.length(text) > _LONGEST_SHOWN_VALUE, cut).otherwise(text)
    return F.concat(F.lit('"'), quoted, F.lit('"'))

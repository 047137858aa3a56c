"""Renders hours and totals as the published files; libs/contracts and docs/summaries.md describe their formats."""

import gzip
import json
import re
from collections.abc import Iterable

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as F

HOURLY_CSV_COLUMNS = (
    "driverID",
    "carPlateNumber",
    "hour",
    "records",
    "rapidSpeedups",
    "rapidSlowdowns",
    "neutralSlides",
    "neutralSlidesFinished",
    "neutralSlideSeconds",
    "overspeeds",
    "overspeedsFinished",
    "overspeedSeconds",
    "fatigueRecords",
    "throttleStops",
    "oilLeaks",
    "topSpeedKmh",
    "meanSpeedKmh",
    "drivingSeconds",
    "distanceKm",
)
HOURLY_CSV_HEADER = (",".join(HOURLY_CSV_COLUMNS) + "\n").encode()
METRIC_CSV_COLUMNS = ("driverID", "carPlateNumber", "value")

RUNS_AS_FORMULA = "^['=+\\-@\\t\\r＝＋－＠]"  # noqa: RUF001 - these are the full-width forms
"""Matches a text that a spreadsheet may take for a formula (OWASP, "CSV Injection"), or that looks like an escaped one.

Such a text is written with an apostrophe in front; removing one leading apostrophe restores every text.
"""
NEEDS_QUOTES = '[",\\r\\n]'
"""Matches what RFC 4180 requires to be quoted."""

_COUNTS = {
    "records": "records",
    "rapidSpeedups": "rapid_speedups",
    "rapidSlowdowns": "rapid_slowdowns",
    "neutralSlides": "neutral_slides",
    "neutralSlidesFinished": "neutral_slides_finished",
    "neutralSlideSeconds": "neutral_slide_ms",
    "overspeeds": "overspeeds",
    "overspeedsFinished": "overspeeds_finished",
    "overspeedSeconds": "overspeed_ms",
    "fatigueRecords": "fatigue_records",
    "throttleStops": "throttle_stops",
    "oilLeaks": "oil_leaks",
    "topSpeedKmh": "top_speed_milli_kmh",
}
DAY_VALUES = {
    **_COUNTS,
    "recordsWithoutSpeed": "records_without_speed",
    "speedSumKmh": "speed_sum_milli_kmh",
    "drivingSeconds": "driving_ms",
    "distanceMetres": "distance_mm",
}
"""The columns of a day's file, by name, and of HOURS_SCHEMA. Days have sums where hourly.csv has means."""


def _text(column: str) -> Column:
    """Returns a value as it is written; columns in thousandths (`milli`, `ms`) become decimals."""
    value = F.col(column)
    if column == "distance_mm":
        return _metres(value).cast("string")
    return _decimal(value) if "milli" in column or column.endswith("_ms") else value.cast("string")


def _decimal(thousandths: Column) -> Column:
    """Returns the shortest form: 72000 is 72, 72500 is 72.5."""
    value = thousandths.cast("long")
    decimal = (value.cast("decimal(20,0)") / 1000).cast("decimal(20,3)").cast("string")
    return F.when(value % 1000 == 0, (value / 1000).cast("long").cast("string")).otherwise(F.rtrim(decimal, F.lit("0")))


def _metres(millimetres: Column) -> Column:
    return F.round(millimetres / 1000).cast("long")


def day_files(hours: DataFrame) -> DataFrame:
    """Returns one row per day: `day`, and `json`, the text of its file."""
    # Only a top speed may be missing, and 0 is right for those who look for the largest of several.
    values = (F.coalesce(_text(column), F.lit("0")).alias(name) for name, column in DAY_VALUES.items())
    rows = hours.select("day", "driver_id", "hour", *values)
    row = F.struct("driver_id", "hour", *DAY_VALUES)
    sorted_rows = F.array_sort(F.collect_list(row))
    days = rows.groupBy("day").agg(sorted_rows.alias("rows"))
    drivers = F.array_distinct("rows.driver_id")
    hours_of = rows.groupBy("day", "driver_id").agg(F.count(F.lit(1)).alias("hours"))
    counts = hours_of.groupBy("day").agg(F.array_sort(F.collect_list(F.struct("driver_id", "hours"))).alias("counts"))
    columns = [
        _json_numbers("hours", F.col("counts.hours").cast("array<string>")),
        _json_numbers("hour", F.col("rows.hour").cast("array<string>")),
        *(_json_numbers(name, F.col(f"rows.{name}")) for name in DAY_VALUES),
    ]
    head = [F.lit('{"day":"'), F.col("day"), F.lit('","drivers":'), F.to_json(drivers), F.lit(",")]
    text = F.concat(*head, F.concat_ws(",", *columns), F.lit("}"))
    return days.join(counts, "day").select("day", text.alias("json"))


def _json_numbers(name: str, texts: Column) -> Column:
    return F.concat(F.lit(f'"{name}":['), F.array_join(texts, ","), F.lit("]"))


def hourly_lines(hours: DataFrame, plates: DataFrame) -> DataFrame:
    """Returns the lines of hourly.csv without its header: `value`, sorted by driver and hour.

    hours: rows of HOURS_SCHEMA; plates: `driver_id`, `plate_number`.
    """
    hour = F.concat("day", F.lit("T"), F.lpad(F.col("hour").cast("string"), 2, "0"), F.lit(":00"))
    with_speed = F.nullif(F.col("records") - F.col("records_without_speed"), F.lit(0))
    mean_milli_kmh = F.round(F.col("speed_sum_milli_kmh") / with_speed / 10).cast("long") * 10
    values = [
        _csv_text("driver_id"),
        _csv_text("plate_number"),
        hour,
        *(_text(column) for column in _COUNTS.values()),
        _decimal(mean_milli_kmh),
        _decimal(F.col("driving_ms")),
        _decimal(_metres(F.col("distance_mm"))),
    ]
    # concat_ws leaves out nulls, and so would move the columns after a missing speed.
    cells = (F.coalesce(value, F.lit("")) for value in values)
    by_driver = hours.drop("plate_number").join(F.broadcast(plates), "driver_id")
    return by_driver.orderBy("driver_id", "day", "hour").select(F.concat_ws(",", *cells).alias("value"))


def _csv_text(name: str) -> Column:
    text = F.when(F.rlike(name, F.lit(RUNS_AS_FORMULA)), F.concat(F.lit("'"), name)).otherwise(F.col(name))
    quoted = F.concat(F.lit('"'), F.replace(text, F.lit('"'), F.lit('""')), F.lit('"'))
    return F.when(F.rlike(text, F.lit(NEEDS_QUOTES)), quoted).otherwise(text)


METRICS = {
    "records": ("records", 1),
    "fatigueRecords": ("fatigue_records", 1),
    "neutralSlides": ("neutral_slides", 1),
    "neutralSlideSeconds": ("neutral_slide_ms", 1000),
    "overspeeds": ("overspeeds", 1),
    "overspeedSeconds": ("overspeed_ms", 1000),
}
"""The six files from which the page's charts are drawn: the column of the totals and what it is divided by."""


def metric_csv(metric: str, drivers: Iterable[Row]) -> bytes:
    """Returns the file of one of METRICS. drivers: rows of `totals`, sorted by driver."""
    column, divisor = METRICS[metric]
    lines = [",".join(METRIC_CSV_COLUMNS)]
    for driver in drivers:
        whole, rest = divmod(driver[column], divisor)
        value = f"{whole}.{rest:03d}".rstrip("0") if rest else whole
        lines.append(f"{_csv_cell(driver['driver_id'])},{_csv_cell(driver['plate_number'])},{value}")
    return "".join(f"{line}\n" for line in lines).encode()


def _csv_cell(text: str) -> str:
    """Does the same as `_csv_text`."""
    harmless = f"'{text}" if re.search(RUNS_AS_FORMULA, text) else text
    quoted = '"' + harmless.replace('"', '""') + '"'
    return quoted if re.search(NEEDS_QUOTES, harmless) else harmless


def drivers_json(drivers: Iterable[Row]) -> str:
    """Returns the drivers' latest plates, as the page reads them. drivers: rows of `totals`, sorted by driver."""
    return compact_json([[driver["driver_id"], driver["plate_number"]] for driver in drivers])


def compact_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def gzipped(text: str) -> bytes:
    """Compresses without a time in the header, so that the same text always gives the same bytes."""
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)

"""Decides which of two instants a row means whose wall time a clock change repeats.

A time without an offset in such an hour (half an hour on Lord Howe Island) may be either. The rows of a file tell: the
times of one driver go on, and where they step back, the second pass has begun. Only files can be read like this; `POST
/addData` takes the instant nearest to the arrival. Files of the archive give the offset, and are not decided again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from drivewatch_summaries.schema import CLEAN_SCHEMA, EARLIEST_MS, LATEST_MS
from drivewatch_summaries.spark import session_zone

LATE_ROW_MS = 60_000
"""How far out of order rows of one driver may be at the change: as far apart as they may be within one drive."""


@dataclass(frozen=True)
class Repeat:
    """Wall times that occur twice: at the instants from `start_ms` to before `end_ms`, and again from then on."""

    start_ms: int
    end_ms: int
    wall_start: datetime

    @property
    def length(self) -> timedelta:
        return timedelta(milliseconds=self.end_ms - self.start_ms)

    def wall_hours(self) -> list[datetime]:
        """Returns the hours of the wall clock that it touches."""
        first = self.wall_start.replace(minute=0, second=0)
        last = self.wall_start + self.length - timedelta(seconds=1)
        return [first + timedelta(hours=hour) for hour in range((last - first) // timedelta(hours=1) + 1)]


def repeats_of(spark: SparkSession, time_zone: str | None = None) -> tuple[Repeat, ...]:
    """Returns every repeat in which records may lie, in a zone, which is the session's unless given."""
    return _repeats_of_zone(spark, time_zone or session_zone(spark))


@cache
def _repeats_of_zone(spark: SparkSession, time_zone: str) -> tuple[Repeat, ...]:
    # Java is asked, because Spark reads wall times by Java's rules, which may differ from Python's in their year.
    java_time = spark._jvm.java.time
    rules = java_time.ZoneId.of(time_zone).getRules()
    found: list[Repeat] = []
    change = rules.nextTransition(java_time.Instant.ofEpochMilli(EARLIEST_MS))
    while change is not None and change.getInstant().toEpochMilli() <= LATEST_MS:
        if change.isOverlap():
            end_ms = change.getInstant().toEpochMilli()
            wall_start_s = end_ms // 1000 + change.getOffsetAfter().getTotalSeconds()
            wall_start = datetime.fromtimestamp(wall_start_s, timezone.utc).replace(tzinfo=None)
            found.append(Repeat(end_ms + change.getDuration().toMillis(), end_ms, wall_start))
        change = rules.nextTransition(change.getInstant())
    return tuple(found)


def may_be_repeated(at: Column, repeats: tuple[Repeat, ...]) -> Column:
    """Returns whether a wall time may mean two instants: true of all that do, and of few others. at: the earlier."""
    hours = [hour for repeat in repeats for hour in repeat.wall_hours()]
    if not hours:
        return F.lit(False)
    # The times are looked up in two sets, since comparing with each repeat would take longer than the rest of the work
    # on a row.
    days = sorted({hour.date() for hour in hours})
    return F.to_date(at).isin(days) & F.hour(at).isin(sorted({hour.hour for hour in hours}))


def decide(rows: DataFrame, time_zone: str | None = None) -> DataFrame:
    """Returns the rows as they count: `at_ms`, `hour` and `day` are those of the instant that each row means.

    rows: undecided rows of CLEAN_SCHEMA, with the earlier instant. time_zone: that of their files, the session's unless
    given. Rows belong to the first pass until the driver's times in that file step back by at least half of what is
    repeated, which is nearer to the second pass. From there on they belong to the second, except those of the last
    minute of the first pass that come some rows late.
    """
    spark = rows.sparkSession
    repeats = [(repeat.start_ms, repeat.end_ms) for repeat in repeats_of(spark, time_zone)]
    known = F.broadcast(spark.createDataFrame(repeats, "start_ms long, end_ms long"))
    # The last second of a repeat may be second 60, which is the instant of the change.
    is_within = F.col("at_ms").between(F.col("start_ms"), F.col("end_ms"))
    in_file = Window.partitionBy("source", "driver_id", "start_ms").orderBy("part_offset", "part_row")
    so_far = in_file.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    latest_before = F.max("at_ms").over(in_file.rowsBetween(Window.unboundedPreceding, -1))
    steps_back = (latest_before - F.col("at_ms")) * 2 >= F.col("end_ms") - F.col("start_ms")
    earliest_after = F.min("at_ms").over(in_file.rowsBetween(1, Window.unboundedFollowing))
    # There is no third pass to step back to, so rows before such a step at the end of the hour belong to the first.
    is_late = (F.col("at_ms") >= F.col("end_ms") - LATE_ROW_MS) & (
        (F.col("at_ms") - earliest_after) * 2 >= F.col("end_ms") - F.col("start_ms")
    )
    passed = rows.join(known, is_within, "left").withColumns(
        {
            "stepped_back": F.coalesce(F.max(steps_back).over(so_far), F.lit(False)),
            "is_late": F.coalesce(is_late, F.lit(False)),
        }
    )
    is_second = F.col("stepped_back") & ~F.col("is_late")
    decided = passed.withColumn(
        "at_ms", F.col("at_ms") + F.when(is_second, F.col("end_ms") - F.col("start_ms")).otherwise(0)
    )
    at = F.timestamp_millis("at_ms")
    nowhere = F.lit(None).cast("long")
    return decided.withColumns(
        {
            "hour": F.hour(at).cast("byte"),
            "day": F.to_date(at).cast("string"),
            "part_offset": nowhere,
            "part_row": nowhere,
        }
    ).select(*CLEAN_SCHEMA.names)

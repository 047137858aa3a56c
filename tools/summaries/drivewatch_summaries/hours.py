"""Turns clean rows into one row per driver and hour, and those into totals."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from drivewatch_summaries.schema import COUNTS, HOURS_SCHEMA, SUMS

LONGEST_GAP_MS = 60_000
"""Two samples further apart than this are not one drive: vehicles report about every 10 s while driving."""
EARLIEST_LAST_HOUR = 22
HIGHEST_SPEED_KMH = 250
"""A distance that implies more is a jump of the position fix, not driving."""
EARTH_RADIUS_KM = 6371.0088
"""The mean radius R1 of the Earth: IUGG, Geodetic Reference System 1980 (Moritz, 2000)."""
FORMULA_VERSIONS = {"drivingSeconds": 1, "distance": 2}
"""Each version is raised when its formula changes; everything is then computed anew."""

_MM_PER_KM = 1_000_000


def day_rows(rows: DataFrame) -> DataFrame:
    """Returns the rows and, for each day, those rows of the day before that its first sample may follow.

    rows: good rows of CLEAN_SCHEMA. Result: the same and `carried`, true for a row that is there only for its
    successor; its `day` is then the day after its own.
    """
    # Spark may compute columns even of rows that a filter drops, such as rejected ones.
    next_day = F.date_add(F.col("day").try_cast("date"), 1)
    is_late = F.col("at_ms") >= F.unix_millis(next_day.cast("timestamp")) - LONGEST_GAP_MS
    # The hour alone rules out nearly all rows. It is not only 23, because a clock change may remove a day's last hour.
    late = rows.where((F.col("hour") >= EARLIEST_LAST_HOUR) & is_late).withColumn("day", next_day.cast("string"))
    return rows.withColumn("carried", F.lit(False)).unionByName(late.withColumn("carried", F.lit(True)))


def summarise(rows: DataFrame) -> DataFrame:
    """Returns one row of HOURS_SCHEMA per driver, day and hour.

    rows: as returned by `day_rows`.

    `driving_ms` adds up the times between successive records of a driver that are at most LONGEST_GAP_MS apart, and
    `distance_mm` the great-circle distances between successive positions of a driver that are at most as far apart in
    time, except those that imply more than HIGHEST_SPEED_KMH. Both belong to the hour of the later record. Records of
    one driver and instant are ordered by their other fields, so that it does not matter where they came from.
    """
    # A day as a date comes first, because sorting compares numbers most quickly.
    dated = rows.withColumn("day", F.col("day").try_cast("date"))
    in_order = Window.partitionBy("day", "driver_id").orderBy(
        "at_ms", "plate_number", "latitude_deg", "longitude_deg", "speed_milli_kmh"
    )
    before = in_order.rowsBetween(Window.unboundedPreceding, -1)
    gap_ms = F.col("at_ms") - F.lag("at_ms").over(in_order)
    positioned_at_ms = F.when(F.col("latitude_deg").isNotNull(), F.col("at_ms"))
    followed = dated.select(
        "*",
        F.when(gap_ms <= LONGEST_GAP_MS, gap_ms).alias("driving_ms"),
        F.last(positioned_at_ms, ignorenulls=True).over(before).alias("previous_at_ms"),
        F.last("latitude_deg", ignorenulls=True).over(before).alias("previous_latitude_deg"),
        F.last("longitude_deg", ignorenulls=True).over(before).alias("previous_longitude_deg"),
    ).where(~F.col("carried"))
    measured = followed.withColumn("distance_mm", _distance_mm())
    has_plate = F.col("plate_number") != ""
    latest_plate = F.max(F.when(has_plate, F.struct("at_ms", "plate_number")))
    told_at_ms = F.when(~F.col("dead_clock"), F.col("at_ms"))
    return (
        measured.groupBy("driver_id", "day", "hour")
        .agg(
            *((F.count_if(F.col(flag)) if flag else F.count(F.lit(1))).alias(name) for name, flag in COUNTS.items()),
            *(_sum(name).alias(name) for name in ("neutral_slide_ms", "overspeed_ms", "driving_ms", "distance_mm")),
            F.count_if(F.col("speed_milli_kmh").isNull()).alias("records_without_speed"),
            _sum("speed_milli_kmh").alias("speed_sum_milli_kmh"),
            F.max("speed_milli_kmh").alias("top_speed_milli_kmh"),
            F.min(told_at_ms).alias("first_at_ms"),
            F.max(told_at_ms).alias("last_at_ms"),
            latest_plate.alias("plate"),
        )
        .withColumns(
            {
                "plate_at_ms": F.col("plate.at_ms"),
                "plate_number": F.col("plate.plate_number"),
                "day": F.col("day").cast("string"),
            }
        )
        .select(*HOURS_SCHEMA.names)
    )


def totals(hours: DataFrame) -> DataFrame:
    """Returns one row per driver: the sums of all hours, and the driver's latest plate number, empty when there is
    none.

    hours: rows of HOURS_SCHEMA. Result: `driver_id`, `plate_number`, SUMS, `first_at_ms`, `last_at_ms`; the last two
    come from records whose clock is not dead, and are null when there are none.
    """
    has_plate = F.col("plate_at_ms").isNotNull()
    latest_plate = F.max(F.when(has_plate, F.struct("plate_at_ms", "plate_number"))).getField("plate_number")
    return hours.groupBy("driver_id").agg(
        F.coalesce(latest_plate, F.lit("")).alias("plate_number"),
        *(F.sum(name).alias(name) for name in SUMS),
        F.min("first_at_ms").alias("first_at_ms"),
        F.max("last_at_ms").alias("last_at_ms"),
    )


def fingerprints(hours: DataFrame) -> DataFrame:
    """Returns for each day a number that stands for all of its rows, whatever their order: `day`, `fingerprint`."""
    row = F.xxhash64(*HOURS_SCHEMA.names).cast("decimal(38,0)")
    return hours.groupBy("day").agg(F.sum(row).cast("string").alias("fingerprint"))


def _sum(name: str) -> Column:
    return F.coalesce(F.sum(F.col(name).cast("long")), F.lit(0))


def _distance_mm() -> Column:
    """Returns the distance from the previous position, in whole millimetres, by the haversine formula.

    d = 2 R asin(sqrt(sin²((φ₂-φ₁)/2) + cos φ₁ cos φ₂ sin²((λ₂-λ₁)/2)))

    (R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68, 1984). It is null without a previous position, or
    for a jump.
    """
    gap_ms = F.col("at_ms") - F.col("previous_at_ms")
    phi1, phi2 = F.radians("previous_latitude_deg"), F.radians("latitude_deg")
    half_dphi = F.radians(F.col("latitude_deg") - F.col("previous_latitude_deg")) / 2
    half_dlambda = F.radians(F.col("longitude_deg") - F.col("previous_longitude_deg")) / 2
    sin_dphi, sin_dlambda = F.sin(half_dphi), F.sin(half_dlambda)
    chord = sin_dphi * sin_dphi + F.cos(phi1) * F.cos(phi2) * sin_dlambda * sin_dlambda
    km = 2 * EARTH_RADIUS_KM * F.asin(F.sqrt(F.least(chord, F.lit(1.0))))
    is_possible = km * 3_600_000 <= HIGHEST_SPEED_KMH * gap_ms
    return F.when((gap_ms <= LONGEST_GAP_MS) & is_possible, (km * _MM_PER_KM + 0.5).cast("long"))

"""Tests how clean rows become hours. Expected values are worked out by hand; one degree of latitude is 111,195.080 m of
R1.

Planning a query costs Spark more than computing a hundred rows of it, so the lines of all tests are computed together:
a test names its own in the mark `lines` and gets the results of its drivers, which no other test shares.
"""

import random
from dataclasses import dataclass
from typing import Any

import pytest
from conftest import lines_in, summarised
from detail_rows import a_row, at
from pyspark.sql import SparkSession
from pyspark.sql.types import DataType

from drivewatch_summaries.hours import totals
from drivewatch_summaries.schema import HOURS_SCHEMA
from drivewatch_summaries.spark import start_spark

Found = list[dict[str, Any]]


def prefix_of(test: pytest.Item) -> str:
    """Returns the prefix of a test's drivers in the common computation; the driver is a line's first field."""
    return f"{test.session.items.index(test)}/"


def own(rows: Found, test: pytest.Item) -> Found:
    """Returns the rows of a test's own drivers, under the names that it gave them."""
    prefix = prefix_of(test)
    return [
        {**row, "driver_id": row["driver_id"].removeprefix(prefix)}
        for row in rows
        if row["driver_id"].startswith(prefix)
    ]


@dataclass
class Computed:
    columns: list[tuple[str, DataType]]
    hours: Found
    """The hours are sorted by driver, day and hour."""
    totals: Found


@pytest.fixture(scope="module")
def computed(session: SparkSession, request: pytest.FixtureRequest) -> Computed:
    """Returns the results for the lines of every test."""
    spark = start_spark("UTC")
    texts = [
        prefix_of(test) + text
        for test in request.session.items
        if test.parent is request.node
        for mark in test.iter_markers("lines")
        for text in mark.args
    ]
    frame = summarised(lines_in(spark, *texts))
    return Computed(
        columns=[(field.name, field.dataType) for field in frame.schema],
        hours=[row.asDict() for row in frame.orderBy("driver_id", "day", "hour").collect()],
        totals=[row.asDict() for row in totals(frame).collect()],
    )


@pytest.fixture
def hours(computed: Computed, request: pytest.FixtureRequest) -> Found:
    """Returns the hours of the test's lines."""
    return own(computed.hours, request.node)


@pytest.fixture
def driver_totals(computed: Computed, request: pytest.FixtureRequest) -> Found:
    """Returns the totals of the test's drivers."""
    return own(computed.totals, request.node)


def by_driver(rows: Found, column: str) -> dict[str, int]:
    return {row["driver_id"]: row[column] for row in rows}


@pytest.mark.lines(
    a_row("d1", Speed=40),
    a_row("d1", Speed=-1, isOverspeed=1),
    a_row("d1", Speed="", isOilLeak=1),
    a_row("d1", Speed=80),
    a_row("d2", Speed=-1, isOverspeed=1),
)
def test_records_without_a_speed_count_but_not_in_speeds(hours: Found) -> None:
    assert by_driver(hours, "records") == {"d1": 4, "d2": 1}
    assert by_driver(hours, "records_without_speed") == {"d1": 2, "d2": 1}
    assert by_driver(hours, "speed_sum_milli_kmh") == {"d1": 120_000, "d2": 0}
    assert by_driver(hours, "top_speed_milli_kmh") == {"d1": 80_000, "d2": None}


@pytest.mark.lines(
    # One record comes from a receiver without a fix: without it the distance is twice 0.001°.
    *(at("d1", "08:00:00", 0), at("d1", "08:00:10", 0, 0), at("d1", "08:00:20", 0.002)),
    # These are on the equator or on the meridian of Greenwich, but not on both.
    *(at("d2", "08:00:00", 0, 20), at("d2", "08:00:10", 0, 20.001)),
    *(at("d3", "08:00:00", 51.5, 0), at("d3", "08:00:10", 51.501, 0)),
)
def test_the_position_0_0_is_none(hours: Found) -> None:
    assert by_driver(hours, "distance_mm") == {"d1": 222_390, "d2": 111_195, "d3": 111_195}


@pytest.mark.lines(
    a_row("d1", "1980-01-06 00:00:10", carPlateNumber="OLD", isOilLeak=1),
    a_row("d1", "2017-01-01 08:00:00"),
)
def test_a_dead_clock_counts_and_says_nothing_of_how_far_the_data_reaches(hours: Found, driver_totals: Found) -> None:
    assert [(row["day"], row["records"], row["first_at_ms"]) for row in hours] == [
        ("1980-01-06", 1, None),
        ("2017-01-01", 1, 1483257600000),
    ]
    [total] = driver_totals
    assert (total["records"], total["oil_leaks"], total["plate_number"]) == (2, 1, "P1")
    assert (total["first_at_ms"], total["last_at_ms"]) == (1483257600000, 1483257600000)


ENDS = {"isNeutralSlideFinished": 1, "neutralSlideTime": 12.5, "isOverspeedFinished": 1, "overspeedTime": 103}


@pytest.mark.lines(
    a_row(Speed=10, isRapidlySpeedup=1, isRapidlySlowdown=1, isNeutralSlide=1, isOverspeed=1),
    a_row(Speed=20.5, isOverspeed=1, isFatigueDriving=1, isHthrottleStop=1, isOilLeak=1, **ENDS),
    a_row(Speed=0, isFatigueDriving=1, isRapidlySpeedup=1, overspeedTime=0.25),
)
def test_counts_each_behaviour_of_an_hour(hours: Found) -> None:
    [hour] = hours
    assert hour == {
        "driver_id": "d1",
        "hour": 8,
        "records": 3,
        "rapid_speedups": 2,
        "rapid_slowdowns": 1,
        "neutral_slides": 1,
        "neutral_slides_finished": 1,
        "overspeeds": 2,
        "overspeeds_finished": 1,
        "fatigue_records": 2,
        "throttle_stops": 1,
        "oil_leaks": 1,
        "neutral_slide_ms": 12500,
        "overspeed_ms": 103250,
        "speed_sum_milli_kmh": 30500,
        "records_without_speed": 0,
        "driving_ms": 0,
        "distance_mm": 0,
        "top_speed_milli_kmh": 20500,
        "first_at_ms": 1483257600000,
        "last_at_ms": 1483257600000,
        "plate_at_ms": 1483257600000,
        "plate_number": "P1",
        "day": "2017-01-01",
    }


def test_has_the_columns_of_its_schema(computed: Computed) -> None:
    assert computed.columns == [(field.name, field.dataType) for field in HOURS_SCHEMA]


@pytest.mark.lines(*[a_row(Speed=30, isOilLeak=1)] * 4)
def test_identical_rows_are_records_of_their_own(hours: Found) -> None:
    [hour] = hours
    assert (hour["records"], hour["oil_leaks"], hour["speed_sum_milli_kmh"]) == (4, 4, 120_000)


@pytest.mark.lines(
    # 0.001° of latitude is R π / 180,000.
    *(at("north", "08:00:00", 0), at("north", "08:00:10", 0.001)),
    # A degree of longitude is half as long on the 60th parallel; 10 s allow 694 m.
    *(at("east", "08:00:00", 60, 20), at("east", "08:00:10", 60, 20.001)),
    # The short way goes across the date line.
    *(at("date line", "08:00:00", 0, 179.9995), at("date line", "08:00:10", 0, -179.9995)),
    *(at("halt", "08:00:00", 5, 5), at("halt", "08:00:10", 5, 5)),
)
def test_measures_great_circles(hours: Found) -> None:
    assert by_driver(hours, "distance_mm") == {"north": 111_195, "east": 55_598, "date line": 111_195, "halt": 0}


@pytest.mark.lines(
    *(at("60 s", "08:00:00", 0), at("60 s", "08:01:00", 0.001)),
    *(at("61 s", "08:00:00", 0), at("61 s", "08:01:01", 0.001)),
)
def test_points_and_records_more_than_60_s_apart_are_not_one_drive(hours: Found) -> None:
    assert by_driver(hours, "distance_mm") == {"60 s": 111_195, "61 s": 0}
    assert by_driver(hours, "driving_ms") == {"60 s": 60_000, "61 s": 0}


@pytest.mark.lines(
    *(at("249.99 km/h", "08:00:00", 0), at("249.99 km/h", "08:00:10", 0.006245)),
    *(at("250.03 km/h", "08:00:00", 0), at("250.03 km/h", "08:00:10", 0.006246)),
    # The driver goes there and back again: the next distance begins at the point of the jump.
    *(at("there and back", "08:00:00", 0), at("there and back", "08:00:10", 1)),
    *(at("there and back", "08:00:20", 0), at("there and back", "08:00:30", 0.001)),
)
def test_leaves_out_jumps_above_250_kmh(hours: Found) -> None:
    # 250 km/h are 694.4 m in 10 s: 0.006245° are 694.413 m, 0.006246° are 694.524 m.
    assert by_driver(hours, "distance_mm") == {"249.99 km/h": 694_413, "250.03 km/h": 0, "there and back": 111_195}
    assert by_driver(hours, "driving_ms") == {"249.99 km/h": 10_000, "250.03 km/h": 10_000, "there and back": 30_000}


@pytest.mark.lines(at("d1", "08:00:00", 0), at("d1", "08:00:00", 0.001))
def test_another_position_in_the_same_second_is_a_jump(hours: Found) -> None:
    [hour] = hours
    assert hour["distance_mm"] == 0


@pytest.mark.lines(
    *(at("d1", "08:00:00", 0), at("d1", "08:00:20", "", ""), at("d1", "08:00:40", 0.001)),
    # The records are near enough to each other, but the positions are not.
    *(at("d2", "08:00:00", 0), at("d2", "08:00:40", "", ""), at("d2", "08:01:20", 0.001)),
)
def test_measures_across_records_without_a_position(hours: Found) -> None:
    assert by_driver(hours, "distance_mm") == {"d1": 111_195, "d2": 0}
    assert by_driver(hours, "driving_ms") == {"d1": 40_000, "d2": 80_000}


def one_second(driver: str) -> list[str]:
    """Returns rows by latitude: 0.001 (10 s after 0), 0.002, 0.003; the next distance of 0.001° begins at 0.003."""
    return [
        at(driver, "08:00:00", 0),
        *(at(driver, "08:00:10", latitude) for latitude in (0.003, 0.001, 0.002)),
        at(driver, "08:00:20", 0.004),
    ]


@pytest.mark.lines(
    *one_second("as they came"),
    *one_second("backwards")[::-1],
    *random.Random(7).sample(one_second("shuffled"), 5),
)
def test_records_of_one_second_are_ordered_by_their_fields_and_not_by_the_input(hours: Found) -> None:
    way = 2 * 111_195
    assert by_driver(hours, "distance_mm") == {"as they came": way, "backwards": way, "shuffled": way}


@pytest.mark.lines(
    *(at("a", "08:00:00", 0), at("b", "08:00:05", 1), at("a", "08:00:10", 0.001), at("b", "08:00:15", 1.002)),
)
def test_drivers_are_measured_apart(hours: Found) -> None:
    assert by_driver(hours, "distance_mm") == {"a": 111_195, "b": 222_390}


@pytest.mark.lines(at("d1", "08:59:55", 0), at("d1", "09:00:05", 0.001), at("d1", "09:00:15", 0.002))
def test_ways_and_driving_belong_to_the_hour_of_the_later_record(hours: Found) -> None:
    assert [(row["hour"], row["distance_mm"], row["driving_ms"]) for row in hours] == [
        (8, 0, 0),
        (9, 222_390, 20_000),
    ]


@pytest.mark.lines(
    *(at("d1", "2017-01-01 23:59:55", 0), at("d1", "2017-01-02 00:00:05", 0.001)),
    *(at("d2", "2017-01-01 23:59:00", 0), at("d2", "2017-01-02 00:00:00", 0.001)),
    *(at("d3", "2017-01-01 23:59:04", 0), at("d3", "2017-01-02 00:00:05", 0.001)),
)
def test_the_first_way_of_a_day_follows_on_the_last_record_of_the_day_before(hours: Found) -> None:
    assert [(row["driver_id"], row["day"], row["records"], row["distance_mm"], row["driving_ms"]) for row in hours] == [
        ("d1", "2017-01-01", 1, 0, 0),
        ("d1", "2017-01-02", 1, 111_195, 10_000),
        ("d2", "2017-01-01", 1, 0, 0),
        ("d2", "2017-01-02", 1, 111_195, 60_000),
        ("d3", "2017-01-01", 1, 0, 0),
        ("d3", "2017-01-02", 1, 0, 0),
    ]


@pytest.mark.lines(
    a_row("d1", "2017-01-01 08:00:00", carPlateNumber="B"),
    a_row("d1", "2017-01-01 08:30:00", carPlateNumber="A"),
    a_row("d1", "2017-01-01 09:00:00", carPlateNumber=""),
    a_row("d2", "2017-01-01 09:00:00", carPlateNumber=""),
    # The largest of the plates of one second counts, whatever the input's order.
    *(a_row("d3", carPlateNumber=plate) for plate in ("X", "Z", "Y")),
)
def test_latest_plate_counts_and_an_empty_one_does_not(driver_totals: Found) -> None:
    assert by_driver(driver_totals, "plate_number") == {"d1": "A", "d2": "", "d3": "Z"}


@pytest.mark.lines(
    a_row("d1", "2017-01-01 08:00:00", Speed=1, overspeedTime=2),
    a_row("d1", "2017-01-01 09:00:00", Speed=2, isOilLeak=1),
    a_row("d1", "2017-01-03 09:00:00", Speed=4, overspeedTime=0.5),
)
def test_totals_add_up_hours_of_all_days(driver_totals: Found) -> None:
    [total] = driver_totals
    assert (total["records"], total["oil_leaks"], total["overspeed_ms"]) == (3, 1, 2500)
    assert total["speed_sum_milli_kmh"] == 7000
    assert (total["first_at_ms"], total["last_at_ms"]) == (1483257600000, 1483434000000)

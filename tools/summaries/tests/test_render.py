"""Tests the bytes of published files against ones typed by hand; docs/summaries.md describes the formats."""

import csv
import gzip
import io
import json

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from drivewatch_summaries.render import HOURLY_CSV_HEADER, day_files, drivers_json, gzipped, hourly_lines, metric_csv
from drivewatch_summaries.schema import HOURS_SCHEMA, SUMS

LARGEST_BYTES_A_DRIVER_HOUR = 120


def an_hour(driver: str = "d1", day: str = "2017-01-01", hour: int = 8, **values: object) -> dict[str, object]:
    """Returns a row of HOURS_SCHEMA for one record in which nothing happened."""
    return {
        **{"driver_id": driver, "hour": hour, **dict.fromkeys(SUMS, 0), "records": 1, "top_speed_milli_kmh": 0},
        **{"first_at_ms": 1, "last_at_ms": 1, "plate_at_ms": 1, "plate_number": "P1", "day": day, **values},
    }


def frame(spark: SparkSession, *hours: dict[str, object]) -> DataFrame:
    return spark.createDataFrame([tuple(hour[name] for name in HOURS_SCHEMA.names) for hour in hours], HOURS_SCHEMA)


def hourly(spark: SparkSession, plates: dict[str, str], *hours: dict[str, object]) -> list[str]:
    of_drivers = spark.createDataFrame(list(plates.items()), "driver_id string, plate_number string")
    return [row["value"] for row in hourly_lines(frame(spark, *hours), of_drivers).collect()]


BUSY = {
    **{"records": 7, "rapid_speedups": 1, "rapid_slowdowns": 2, "neutral_slides": 3, "neutral_slides_finished": 4},
    **{"neutral_slide_ms": 12_500, "overspeeds": 5, "overspeeds_finished": 6, "overspeed_ms": 103_250},
    **{"fatigue_records": 8, "throttle_stops": 9, "oil_leaks": 10, "top_speed_milli_kmh": 72_500},
    **{"speed_sum_milli_kmh": 300_001, "driving_ms": 3_599_999, "distance_mm": 1_234_567},
}


def test_day_file_has_a_column_for_each_value_and_a_row_for_each_driver_and_hour(spark: SparkSession) -> None:
    hours = [an_hour("d2", hour=23), an_hour("d1", hour=10), an_hour("d1", hour=9, **BUSY), an_hour("D", hour=0)]
    [day] = day_files(frame(spark, *hours)).collect()
    assert day["day"] == "2017-01-01"
    assert day["json"] == (
        '{"day":"2017-01-01","drivers":["D","d1","d2"],"hours":[1,2,1],"hour":[0,9,10,23],'
        '"records":[1,7,1,1],"rapidSpeedups":[0,1,0,0],"rapidSlowdowns":[0,2,0,0],"neutralSlides":[0,3,0,0],'
        '"neutralSlidesFinished":[0,4,0,0],"neutralSlideSeconds":[0,12.5,0,0],"overspeeds":[0,5,0,0],'
        '"overspeedsFinished":[0,6,0,0],"overspeedSeconds":[0,103.25,0,0],"fatigueRecords":[0,8,0,0],'
        '"throttleStops":[0,9,0,0],"oilLeaks":[0,10,0,0],"topSpeedKmh":[0,72.5,0,0],"recordsWithoutSpeed":[0,0,0,0],"speedSumKmh":[0,300.001,0,0],'
        '"drivingSeconds":[0,3599.999,0,0],"distanceMetres":[0,1235,0,0]}'
    )


def test_each_day_has_its_file(spark: SparkSession) -> None:
    hours = [an_hour("张伟", "2017-01-01"), an_hour("d1", "2017-01-02", 0), an_hour("张伟", "2017-01-02", 1)]
    files = {row["day"]: json.loads(row["json"]) for row in day_files(frame(spark, *hours)).collect()}
    assert {day: (file["drivers"], file["hour"]) for day, file in files.items()} == {
        "2017-01-01": (["张伟"], [8]),
        "2017-01-02": (["d1", "张伟"], [0, 1]),
    }


def test_a_busy_driver_hour_takes_at_most_120_bytes(spark: SparkSession) -> None:
    # The hour has one record a second at awkward speeds, and every counter in three digits.
    counts = dict.fromkeys((name for name in SUMS if not name.endswith(("_ms", "_kmh", "_mm"))), 600)
    busy = {**counts, "records": 4200, "neutral_slide_ms": 1_234_567, "overspeed_ms": 2_345_678}
    busy |= {"top_speed_milli_kmh": 149_875, "speed_sum_milli_kmh": 301_234_567}
    busy |= {"driving_ms": 3_599_999, "distance_mm": 149_999_999}
    hours = [an_hour(f"driver{number:07}", hour=hour, **busy) for number in range(10) for hour in range(24)]
    [day] = day_files(frame(spark, *hours)).collect()
    assert len(day["json"].encode()) <= LARGEST_BYTES_A_DRIVER_HOUR * len(hours)


def test_hourly_csv_begins_with_its_header() -> None:
    assert HOURLY_CSV_HEADER.decode() == (
        "driverID,carPlateNumber,hour,records,rapidSpeedups,rapidSlowdowns,neutralSlides,neutralSlidesFinished,"
        "neutralSlideSeconds,overspeeds,overspeedsFinished,overspeedSeconds,fatigueRecords,throttleStops,oilLeaks,"
        "topSpeedKmh,meanSpeedKmh,drivingSeconds,distanceKm\n"
    )


def test_hourly_csv_is_sorted_by_driver_and_hour_and_has_the_drivers_latest_plate(spark: SparkSession) -> None:
    hours = [
        an_hour("d2", "2017-01-02", 1),
        an_hour("d1", "2017-01-02", 0),
        an_hour("d1", "2017-01-01", 23, **BUSY),
        an_hour("d1", "2017-01-01", 9, plate_number="OLD"),
    ]
    assert hourly(spark, {"d1": "华A1", "d2": ""}, *hours) == [
        "d1,华A1,2017-01-01T09:00,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0",
        # The mean of 300.001 km/h over 7 records is 42.857…
        "d1,华A1,2017-01-01T23:00,7,1,2,3,4,12.5,5,6,103.25,8,9,10,72.5,42.86,3599.999,1.235",
        "d1,华A1,2017-01-02T00:00,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0",
        "d2,,2017-01-02T01:00,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0",
    ]


def test_hourly_csv_rounds_mean_speeds_to_hundredths_and_distances_to_metres(spark: SparkSession) -> None:
    hours = [
        an_hour("a", records=3, speed_sum_milli_kmh=100_000, distance_mm=499),  # 33.333…
        an_hour("b", records=3, speed_sum_milli_kmh=200_000, distance_mm=500),  # 66.666…
        an_hour("c", records=2, speed_sum_milli_kmh=50_010, distance_mm=20_000_000),  # 25.005
        an_hour("d", records=4, speed_sum_milli_kmh=40_000, distance_mm=1_500_400),
    ]
    lines = hourly(spark, dict.fromkeys("abcd", ""), *hours)
    assert [(line.split(",")[16], line.split(",")[18]) for line in lines] == [
        ("33.33", "0"),
        ("66.67", "0.001"),
        ("25.01", "20"),
        ("10", "1.5"),
    ]


def test_hourly_csv_puts_plates_with_commas_and_quotes_in_quotes(spark: SparkSession) -> None:
    [line] = hourly(spark, {"d1": 'A,"1"'}, an_hour("d1"))
    assert line.startswith('d1,"A,""1""",2017-01-01T08:00,1,')
    assert next(csv.reader(io.StringIO(line)))[1] == 'A,"1"'


def test_hours_without_a_speed_have_none_in_hourly_csv_and_0_in_their_day_file(spark: SparkSession) -> None:
    hours = [
        an_hour("a", records=3, records_without_speed=1, speed_sum_milli_kmh=100_000, top_speed_milli_kmh=70_000),
        an_hour("b", records=2, records_without_speed=2, top_speed_milli_kmh=None),
    ]
    lines = [line.split(",") for line in hourly(spark, dict.fromkeys("ab", ""), *hours)]
    assert [(line[15], line[16], len(line)) for line in lines] == [("70", "50", 19), ("", "", 19)]
    [day] = day_files(frame(spark, *hours)).collect()
    file = json.loads(day["json"])
    assert (file["topSpeedKmh"], file["recordsWithoutSpeed"]) == ([70, 0], [1, 2])


# The texts are OWASP's list ("CSV Injection"), similar ones, and some that only look like them.
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠SUM(A1)"]  # noqa: RUF001
HOSTILE += ["'=1", "''", "'", '=HYPERLINK("http://x","y")', "=1,2", "-", "-12.5"]
HARMLESS = ["", "华A1", "A=1", "A-1", "12", " =1", "A'1", 'A"1', "粤B·1=1"]


def test_no_cell_of_a_published_csv_is_a_formula_and_each_reads_back(spark: SparkSession) -> None:
    plates = {f"d{number:02}": plate for number, plate in enumerate([*HOSTILE, *HARMLESS])}
    text = "\n".join(hourly(spark, plates, *(an_hour(driver) for driver in plates)))
    hourly_cells = list(csv.reader(io.StringIO(text, newline="")))
    totals = [Row(**an_hour(driver, plate_number=plate)) for driver, plate in plates.items()]
    metric_text = metric_csv("records", totals).decode()
    metric_cells = list(csv.reader(io.StringIO(metric_text, newline="")))[1:]
    for cells in (hourly_cells, metric_cells):
        published = {row[0]: row[1] for row in cells}
        assert [plate for plate in published.values() if plate[:1] in tuple("=+-@\t\r\n＝＋－＠")] == []  # noqa: RUF001
        assert [published[driver] for driver, plate in plates.items() if plate in HARMLESS] == HARMLESS
        assert {driver: plate.removeprefix("'") for driver, plate in published.items()} == plates
    assert json.loads(drivers_json(totals)) == [[driver, plate] for driver, plate in plates.items()]
    # Programs read the files, so there is no mark, and numbers are written plainly.
    assert metric_text.startswith("driverID,")
    assert all(row[2] == "1" for row in metric_cells)


@pytest.mark.parametrize(
    ("metric", "values"),
    [
        ("records", ("1", "7")),
        ("fatigueRecords", ("0", "8")),
        ("neutralSlides", ("0", "3")),
        ("neutralSlideSeconds", ("0", "12.5")),
        ("overspeeds", ("0", "5")),
        ("overspeedSeconds", ("0", "103.25")),
    ],
)
def test_metric_csv_has_a_line_for_each_driver(metric: str, values: tuple[str, str]) -> None:
    totals = [Row(**an_hour("d1", plate_number='A,"1"')), Row(**an_hour("张伟", **BUSY))]
    first, second = values
    text = f'driverID,carPlateNumber,value\nd1,"A,""1""",{first}\n张伟,P1,{second}\n'
    assert metric_csv(metric, totals) == text.encode()


def test_gzip_holds_no_time() -> None:
    body = gzipped('{"day":"2017-01-01"}')
    assert gzip.decompress(body) == b'{"day":"2017-01-01"}'
    assert body[4:8] == bytes(4)

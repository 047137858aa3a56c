"""Hours and ways at midnight and where the clocks change, from the file to hourly.csv. 0.001° of latitude is 111 m."""

from pathlib import Path

from detail_rows import at
from fleet import Fleet
from pyspark.sql import SparkSession

HOUR, RECORDS, SECONDS, KM = 2, 3, 17, 18


def hours(fleet: Fleet) -> list[tuple[str, ...]]:
    return [tuple(line.split(",")[column] for column in (0, HOUR, RECORDS, SECONDS, KM)) for line in fleet.hourly()]


def test_hours_are_those_of_a_wall_clock_that_changes(tmp_path: Path, session: SparkSession) -> None:
    fleet = Fleet(tmp_path, "America/New_York")
    fleet.put(
        "drives",
        [
            # Clocks go from 02:00 to 03:00: these are 10 s apart.
            *(at("spring", "2017-03-12 01:59:55", 0), at("spring", "2017-03-12 03:00:05", 0.001)),
            # A time that is skipped is as long after the change.
            at("skipped", "2017-03-12 02:30:00", 0),
            # Clocks go from 02:00 to 01:00: the first two are 10 s apart, the last two an hour and 10 s.
            *(at("autumn", "2017-11-05T01:59:55-04:00", 0), at("autumn", "2017-11-05T01:00:05-05:00", 0.001)),
            *(at("repeated", "2017-11-05 01:59:55", 0), at("repeated", "2017-11-05 02:00:05", 0.001)),
            # Across midnight before and after the change.
            *(at("midnight", "2017-11-04 23:59:55", 0), at("midnight", "2017-11-05 00:00:05", 0.001)),
            *(at("midnight", "2017-11-05 23:59:30", 1), at("midnight", "2017-11-06 00:00:00", 1.001)),
            # The offset says another day than the fleet's.
            at("offset", "2017-11-06T04:59:59Z", 0),
        ],
    )
    fleet.run()
    assert hours(fleet) == [
        ("autumn", "2017-11-05T01:00", "2", "10", "0.111"),
        ("midnight", "2017-11-04T23:00", "1", "0", "0"),
        ("midnight", "2017-11-05T00:00", "1", "10", "0.111"),
        ("midnight", "2017-11-05T23:00", "1", "0", "0"),
        ("midnight", "2017-11-06T00:00", "1", "30", "0.111"),
        ("offset", "2017-11-05T23:00", "1", "0", "0"),
        ("repeated", "2017-11-05T01:00", "1", "0", "0"),
        ("repeated", "2017-11-05T02:00", "1", "0", "0"),
        ("skipped", "2017-03-12T03:00", "1", "0", "0"),
        ("spring", "2017-03-12T01:00", "1", "0", "0"),
        ("spring", "2017-03-12T03:00", "1", "10", "0.111"),
    ]
    manifest = fleet.manifest()
    assert (manifest["timeZone"], manifest["from"], manifest["to"]) == (
        "America/New_York",
        "2017-03-12T01:59:55",
        "2017-11-06T00:00:00",
    )


def test_another_time_zone_computes_everything_anew(tmp_path: Path, session: SparkSession) -> None:
    for zone, hour in (("UTC", "2017-01-01T23:00"), ("Asia/Shanghai", "2017-01-02T07:00")):
        fleet = Fleet(tmp_path, zone)
        fleet.put("a", [at("d1", "2017-01-01T23:30:00Z", 0)])
        fleet.run()
        assert [line.split(",")[HOUR] for line in fleet.hourly()] == [hour]
        assert list(fleet.manifest()["files"]["days"]) == [hour[:10]]

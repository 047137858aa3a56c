"""Tests the two public files of real records, at the place that REAL_DATA_DIR names: every number is computed twice."""

import csv
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb
import pytest
from fleet import Fleet

from drivewatch_summaries.render import HOURLY_CSV_COLUMNS
from drivewatch_summaries.schema import DETAIL_RECORD_COLUMNS

FILES = ["detail_record_2017_01_02_08_00_00", "detail_record_2017_01_03_08_00_00"]
FOLDER = os.environ.get("REAL_DATA_DIR")
pytestmark = pytest.mark.skipif(not FOLDER, reason="REAL_DATA_DIR is not set")

SUMMED = HOURLY_CSV_COLUMNS[3:15]
# The totals are from the README of the data: records, speed-ups, slow-downs, neutral slides, finished, neutral s,
# overspeeds, finished, overspeed s, fatigue, throttle stops, oil leaks.
TOTALS = {
    "duxu1000009": (11758, 75, 92, 92, 92, 1013, 830, 830, 8187, 1019, 87, 81),
    "hanhui1000002": (6741, 60, 54, 36, 36, 297, 467, 467, 5324, 564, 59, 45),
    "haowei1000008": (1379, 8, 9, 8, 8, 32, 107, 107, 895, 113, 15, 13),
    "likun1000003": (9673, 78, 76, 59, 59, 624, 713, 713, 6601, 796, 72, 87),
    "panxian1000005": (8568, 70, 75, 64, 64, 460, 629, 629, 5954, 742, 69, 76),
    "shenxian1000004": (8006, 70, 61, 58, 58, 690, 546, 546, 5521, 634, 56, 60),
    "xiexiao1000001": (12535, 90, 87, 93, 93, 1048, 833, 832, 8211, 976, 121, 79),
    "xiezhi1000006": (5862, 41, 39, 47, 47, 321, 404, 404, 3906, 497, 54, 47),
    "zengpeng1000000": (8645, 79, 62, 51, 51, 462, 619, 618, 6146, 738, 58, 78),
    "zouan1000007": (6204, 40, 52, 56, 56, 424, 443, 443, 4144, 502, 45, 53),
}

# The query uses nothing of the job's: the text of the files, windows over all of a driver's records, the angle by its
# tangent.
BY_HOUR = """
with records as (
    select
        driverID, carPlateNumber, strptime(Time, '%Y-%m-%d %H:%M:%S') as moment,
        cast(nullif(Latitude, '') as double) as lat, cast(nullif(Longtitude, '') as double) as lon,
        cast(Speed as decimal(9, 3)) as speed,
        * exclude (driverID, carPlateNumber, Time, Latitude, Longtitude, Speed)
    from read_csv(
        $files, auto_detect = false, delim = ',', quote = '', header = false, null_padding = true, columns = $columns
    )
),
followed as (
    select
        *, epoch(moment - lag(moment) over in_order) as gap,
        last_value(case when lat is not null then {'moment': moment, 'lat': lat, 'lon': lon} end ignore nulls)
            over (in_order rows between unbounded preceding and 1 preceding) as p
    from records window in_order as (partition by driverID order by moment, carPlateNumber, lat, lon, speed)
),
angles as (
    select *, pow(sin(radians(lat - p.lat) / 2), 2)
        + cos(radians(p.lat)) * cos(radians(lat)) * pow(sin(radians(lon - p.lon) / 2), 2) as a
    from followed
),
ways as (
    select
        *, epoch(moment - p.moment) as way_gap,
        cast(round(2 * 6371008800 * atan2(sqrt(a), sqrt(1 - a))) as bigint) as mm
    from angles
),
plates as (
    select driverID, max_by(carPlateNumber, moment) as plate from records where carPlateNumber <> '' group by all
)
select
    driverID, plate, strftime(moment, '%Y-%m-%dT%H:00'), count(*),
    count(*) filter (isRapidlySpeedup = '1'), count(*) filter (isRapidlySlowdown = '1'),
    count(*) filter (isNeutralSlide = '1'), count(*) filter (isNeutralSlideFinished = '1'),
    coalesce(sum(cast(neutralSlideTime as integer)), 0), count(*) filter (isOverspeed = '1'),
    count(*) filter (isOverspeedFinished = '1'), coalesce(sum(cast(overspeedTime as integer)), 0),
    count(*) filter (isFatigueDriving = '1'), count(*) filter (isHthrottleStop = '1'),
    count(*) filter (isOilLeak = '1'),
    max(speed), round(sum(speed) / count(*), 2), coalesce(sum(gap) filter (gap <= 60), 0),
    round(coalesce(sum(mm) filter (way_gap <= 60 and (mm = 0 or mm / 1e6 / (way_gap / 3600) <= 250)), 0) / 1000) / 1000
from ways join plates using (driverID)
group by all order by all
"""


@pytest.fixture(scope="module")
def hourly(
    generated_code: Callable[[], AbstractContextManager[None]], tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, str]]:
    """Returns the rows of the published hourly.csv."""
    fleet = Fleet(tmp_path_factory.mktemp("real"))
    for name in FILES:
        fleet.put(name, (Path(str(FOLDER)) / name).read_text().splitlines())
    with generated_code():
        fleet.run()
    assert fleet.manifest()["rowsGood"] == sum(total[0] for total in TOTALS.values())
    return list(csv.DictReader(fleet.published()[fleet.manifest()["files"]["hourlyCsv"]].decode().splitlines()))


def test_sums_of_each_driver_are_those_of_the_readme(hourly: list[dict[str, str]]) -> None:
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(SUMMED))
    for row in hourly:
        sums[row["driverID"]] = [
            total + int(row[name]) for total, name in zip(sums[row["driverID"]], SUMMED, strict=True)
        ]
    assert {driver: tuple(total) for driver, total in sums.items()} == TOTALS


def test_every_hour_is_that_of_an_independent_computation(hourly: list[dict[str, str]]) -> None:
    columns = dict.fromkeys((*DETAIL_RECORD_COLUMNS, "trailing"), "varchar")
    files = [str(Path(str(FOLDER)) / name) for name in FILES]
    expected = duckdb.execute(BY_HOUR, {"files": files, "columns": columns}).fetchall()
    found = [tuple(row.values()) for row in hourly]
    assert len(found) == len(expected)
    assert list(typed(found)) == list(typed(expected))
    assert sum(float(row["distanceKm"]) for row in hourly) > 0


def typed(rows: list[tuple[object, ...]]) -> Iterator[tuple[str | float, ...]]:
    for row in rows:
        yield (*(str(value) for value in row[:3]), *(float(str(value)) for value in row[3:]))

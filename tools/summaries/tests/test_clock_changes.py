"""Tests hours and distances at midnight and at clock changes, up to hourly.csv. 0.001° of latitude is 111 m."""

import gzip
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from detail_rows import at
from fleet import Fleet
from pyspark.sql import SparkSession

from drivewatch_summaries.buckets import BucketError

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
            # A skipped time counts as long after the change as it claims to be.
            at("skipped", "2017-03-12 02:30:00", 0),
            # Clocks go from 02:00 to 01:00: the first two are 10 s apart, the last two an hour and 10 s.
            *(at("autumn", "2017-11-05T01:59:55-04:00", 0), at("autumn", "2017-11-05T01:00:05-05:00", 0.001)),
            # These lack an offset: where the times step back, they are of the second pass.
            *(at("stepping", "2017-11-05 01:59:55", 0), at("stepping", "2017-11-05 01:00:05", 0.001)),
            *(at("repeated", "2017-11-05 01:59:55", 0), at("repeated", "2017-11-05 02:00:05", 0.001)),
            # An hour that the clocks repeat is one row.
            *(at("both", "2017-11-05T01:59:55-04:00", 0), at("both", "2017-11-05T01:00:05-05:00", 0.001)),
            *(at("both", "2017-11-05T01:59:55-05:00", 0), at("both", "2017-11-05 02:00:05", 0.001)),
            # This drive crosses midnight before and after the change.
            *(at("midnight", "2017-11-04 23:59:55", 0), at("midnight", "2017-11-05 00:00:05", 0.001)),
            *(at("midnight", "2017-11-05 23:59:30", 1), at("midnight", "2017-11-06 00:00:00", 1.001)),
            # The offset puts this into another day than the fleet's.
            at("offset", "2017-11-06T04:59:59Z", 0),
        ],
    )
    fleet.run()
    assert hours(fleet) == [
        ("autumn", "2017-11-05T01:00", "2", "10", "0.111"),
        ("both", "2017-11-05T01:00", "3", "10", "0.111"),
        ("both", "2017-11-05T02:00", "1", "10", "0.111"),
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
        ("stepping", "2017-11-05T01:00", "2", "10", "0.111"),
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


def through_the_repeat(driver: str, latitude: float, passes: list[str]) -> list[str]:
    """Returns a drive of 30 s and 300 m a row. passes: the wall times where each pass begins and ends (exclusive)."""
    rows: list[str] = []
    for begin, end in zip(passes[::2], passes[1::2], strict=True):
        time, last = datetime.fromisoformat(begin), datetime.fromisoformat(end)
        while time < last:
            rows.append(at(driver, f"{time}", f"{latitude + len(rows) * 0.0027:.4f}"))
            time += timedelta(seconds=30)
    return rows


def sums(fleet: Fleet) -> dict[str, tuple[int, float, float]]:
    """Returns records, driving seconds and kilometres of each driver."""
    found: dict[str, tuple[int, float, float]] = {}
    for line in fleet.hourly():
        cells = line.split(",")
        records, seconds, km = found.get(cells[0], (0, 0.0, 0.0))
        found[cells[0]] = (
            records + int(cells[RECORDS]),
            seconds + float(cells[SECONDS]),
            round(km + float(cells[KM]), 3),
        )
    return found


NEW_YORK = ["2026-11-01 00:50", "2026-11-01 02:00", "2026-11-01 01:00", "2026-11-01 02:10"]
WHOLE = (280, 8370.0, pytest.approx(83.763, abs=0.01))
"""The last of 280 rows in 2 h 20 min is 279 steps of 30 s and 0.0027° (300.227 m) after the first."""


def test_no_part_of_a_drive_through_a_repeated_hour_is_lost(tmp_path: Path, session: SparkSession) -> None:
    fleet = Fleet(tmp_path, "America/New_York")
    names = ("interleaved", "one after the other", "late")
    for name in names:
        ann = through_the_repeat(f"ann {name}", 10, NEW_YORK)
        bob = through_the_repeat(f"bob {name}", 40, NEW_YORK)
        assert (len(ann), len(bob)) == (280, 280)
        # An event is written some rows late, also where the passes meet, and two rows have changed places.
        change = 140
        assert "01:59:30" in ann[change - 1]
        assert "01:00:00" in ann[change]
        late = [*ann[: change - 1], *ann[change : change + 3], ann[change - 1], *ann[change + 3 :]]
        late[100:102] = late[100:102][::-1]
        interleaved = [row for pair in zip(ann, bob, strict=True) for row in pair]
        rows = {"interleaved": interleaved, "one after the other": [*ann, *bob], "late": [*late, *bob]}
        fleet.put(name.replace(" ", "-"), rows[name])
    fleet.run()
    assert sums(fleet) == {f"{driver} {name}": WHOLE for driver in ("ann", "bob") for name in names}
    assert fleet.manifest()["rowsGood"] == 3 * 560


@pytest.mark.usefixtures("several_tasks")
def test_the_order_of_a_files_lines_is_known_however_it_is_read(tmp_path: Path, session: SparkSession) -> None:
    def interleaved(one: str, other: str) -> list[str]:
        drives = through_the_repeat(one, 10, NEW_YORK), through_the_repeat(other, 40, NEW_YORK)
        return [row for pair in zip(*drives, strict=True) for row in pair]

    fleet = Fleet(tmp_path, "America/New_York")
    fleet.put("drives", interleaved("ann", "bob"))
    packed = "".join(f"{row}\n" for row in interleaved("cat", "dan"))
    fleet.records.write("records/import/packed.gz", gzip.compress(packed.encode()))
    # The file has a dozen parts, several to a task, the largest first.
    session.conf.set("spark.sql.files.maxPartitionBytes", "2000")
    session.conf.set("spark.sql.files.openCostInBytes", "0")
    try:
        assert session.read.text(str(fleet.records.root / "records/import/drives")).rdd.getNumPartitions() > 10
        fleet.run()
    finally:
        session.conf.unset("spark.sql.files.maxPartitionBytes")
        session.conf.unset("spark.sql.files.openCostInBytes")
    assert sums(fleet) == dict.fromkeys(("ann", "bob", "cat", "dan"), WHOLE)


@pytest.mark.usefixtures("several_tasks")
def test_each_file_is_read_by_its_own_order_and_each_run_alike(tmp_path: Path, session: SparkSession) -> None:
    first, second = through_the_repeat("ann", 10, NEW_YORK), through_the_repeat("bob", 40, NEW_YORK)
    fleet = Fleet(tmp_path, "America/New_York")
    fleet.put("b", first)
    fleet.run()
    fleet.put("a", second)
    fleet.run()
    assert sums(fleet) == {"ann": WHOLE, "bob": WHOLE}
    before = fleet.run_folder()
    fleet.run(anew=True)
    assert fleet.run_folder() == before


def test_half_an_hour_is_repeated_on_lord_howe_island(tmp_path: Path, session: SparkSession) -> None:
    fleet = Fleet(tmp_path, "Australia/Lord_Howe")
    passes = ["2026-04-05 01:20", "2026-04-05 02:00", "2026-04-05 01:30", "2026-04-05 02:10"]
    fleet.put("drive", through_the_repeat("d1", -31, passes))
    fleet.run()
    # The drive of 80 minutes has 159 steps.
    assert sums(fleet) == {"d1": (160, 4770.0, pytest.approx(47.736, abs=0.01))}


ARCHIVED = "records/date=2026-10-25/batch-{}-0001.csv"
ZONES_KEY = "archive-time-zones.json"


def say_zones(fleet: Fleet, *runs: tuple[str, str, str, list[str]], others: dict[str, str] | None = None) -> None:
    """Writes the zones as the archive does. runs: zone, first number and the one after the last, and ids of batches."""
    names = ("timeZone", "from", "to", "batches")
    archived = [{"database": "a", **dict(zip(names, run, strict=True))} for run in runs]
    named = [{"prefix": prefix, "timeZone": zone} for prefix, zone in (others or {}).items()]
    fleet.records.write(ZONES_KEY, json.dumps({"archived": archived, "others": named}).encode())


def archive(fleet: Fleet, batch: str, rows: list[str]) -> None:
    fleet.records.write(ARCHIVED.format(batch), "".join(f"{row}\n" for row in rows).encode())


def test_each_file_is_read_in_its_own_zone(tmp_path: Path, session: SparkSession) -> None:
    def archived(fleet: Fleet) -> Fleet:
        # Both zones are in one folder, and a repeated hour without offsets is in only one of them.
        berlin = through_the_repeat(
            "berlin", 10, ["2026-10-25 02:50", "2026-10-25 03:00", "2026-10-25 02:00", "2026-10-25 02:10"]
        )
        archive(fleet, "0-100-aaaaaaaa", [*berlin, at("d1", "2026-10-25 00:30:00", 0)])
        archive(
            fleet,
            "100-200-bbbbbbbb",
            [
                *through_the_repeat("utc", 10, ["2026-10-25 00:50", "2026-10-25 01:10"]),
                at("d1", "2026-10-24 22:30:10", 0.001),
            ],
        )
        return fleet

    fleet = archived(Fleet(tmp_path / "told", "Asia/Shanghai"))
    # Another database has used the same numbers.
    runs = [("Europe/Berlin", "0", "100", ["aaaaaaaa"]), ("UTC", "100", "200", ["bbbbbbbb"])]
    say_zones(fleet, ("America/New_York", "0", "900", ["cccccccc", "dddddddd"]), *runs)
    fleet.run()
    assert [hour for hour in hours(fleet) if hour[0] == "d1"] == [("d1", "2026-10-25T06:00", "2", "10", "0.111")]
    both = [[hour[1:] for hour in hours(fleet) if hour[0] == driver] for driver in ("berlin", "utc")]
    assert both[0] == both[1]
    assert [hour[:2] for hour in both[0]] == [("2026-10-25T08:00", "20"), ("2026-10-25T09:00", "20")]
    assert fleet.manifest()["rowsGood"] == 82

    untold = archived(Fleet(tmp_path / "untold", "Asia/Shanghai"))
    untold.run()
    assert [hour[1] for hour in hours(untold) if hour[0] == "d1"] == ["2026-10-24T22:00", "2026-10-25T00:00"]
    # These files are like those of an earlier version's archive: once their zones are written, they are read anew.
    say_zones(untold, *runs)
    untold.run()
    assert untold.run_folder() == fleet.run_folder()
    assert "2026-10-24" not in untold.manifest()["files"]["days"]


def test_the_same_text_is_other_records_in_another_zone(
    tmp_path: Path, session: SparkSession, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet = Fleet(tmp_path, "UTC")
    row = at("d1", "2026-10-25 12:00:00", 0)
    archive(fleet, "0-100-aaaaaaaa", [row])
    archive(fleet, "100-200-bbbbbbbb", [row])
    fleet.put("copy", [row])
    fleet.put("named", [row])
    say_zones(fleet, ("Asia/Shanghai", "100", "200", ["bbbbbbbb"]), others={"records/import/named": "Europe/Berlin"})
    fleet.run()
    assert [hour[1] for hour in hours(fleet)] == [f"2026-10-25T{hour}:00" for hour in ("04", "11", "12")]
    capsys.readouterr()
    fleet.run()
    assert "no new files" in capsys.readouterr().out
    for wrong in (
        '{"archived"',
        '{"archived": [{}]}',
        '{"archived": [], "others": [{"prefix": "a", "timeZone": "Mars/X"}]}',
    ):
        fleet.records.write(ZONES_KEY, wrong.encode())
        with pytest.raises(BucketError, match=r"^file:\S+/archive-time-zones.json does not say the zones of files: "):
            fleet.run()

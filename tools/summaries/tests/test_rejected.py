"""Tests that rows that are no records are counted, kept for people to look at, and have no effect on the sums."""

import json
import random
from pathlib import Path

import pytest
from fleet import Fleet, random_rows
from pyspark.sql import SparkSession

GOOD = random_rows(seed=21, count=480, days=2)
FAULTS = {
    "a word for a number": (lambda f: [*f[:4], "fast", *f[5:]], 'Speed is "fast"; '),
    "a day that there is not": (lambda f: [*f[:7], "2017-02-30 08:00:00", *f[8:]], 'Time is "2017-02-30 08:00:00"; '),
    "a column too few": (lambda f: f[:7], "has 7 fields; "),
    "a column too many": (lambda f: [*f[:8], "1"], "has 9 fields; "),
    "no driver": (lambda f: ["", *f[1:]], 'driverID is ""; '),
    "half a position": (lambda f: [*f[:2], "", "118.5", *f[4:]], "has one of Latitude and Longtitude; "),
    "an open quote": (lambda f: [*f[:6], '"Gate', *f[7:]], "is not valid CSV: "),
    "not a row at all": (lambda f: ["\u0001\u0002 <html>"], "has 1 fields; "),
}


@pytest.fixture(scope="module")
def files() -> dict[str, list[str]]:
    """Makes some of the rows of two files wrong, in every way."""
    chance = random.Random(22)
    half = len(GOOD) // 2
    found = {"first file": GOOD[:half], "second [1]": GOOD[half:]}
    for rows in found.values():
        for row in [",".join(spoil(chance.choice(rows).split(","))) for spoil, _ in FAULTS.values()]:
            rows.insert(chance.randrange(len(rows)), row)
    return found


@pytest.fixture(scope="module")
def fleet(session: SparkSession, files: dict[str, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    fleet = Fleet(tmp_path_factory.mktemp("rejected"))
    for name, rows in files.items():
        fleet.put(name, rows)
    fleet.run()
    return fleet


def rejected(fleet: Fleet, name: str) -> list[dict[str, str]]:
    file = fleet.records.root / f"rejected/records/import/{name}.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_good_and_rejected_rows_are_all_rows(fleet: Fleet, files: dict[str, list[str]]) -> None:
    manifest = fleet.manifest()
    assert manifest["rowsGood"] == len(GOOD)
    assert manifest["rowsRejected"] == 2 * len(FAULTS)
    assert manifest["rowsGood"] + manifest["rowsRejected"] == sum(len(rows) for rows in files.values())


def test_each_rejected_row_is_kept_with_its_file_and_what_is_wrong(fleet: Fleet, files: dict[str, list[str]]) -> None:
    for name, rows in files.items():
        kept = rejected(fleet, name)
        assert {entry["file"] for entry in kept} == {f"records/import/{name}"}
        assert sorted(entry["row"] for entry in kept) == sorted(row for row in rows if row not in GOOD)
        for _, reason in FAULTS.values():
            assert sum(entry["reason"].startswith(reason) for entry in kept) == 1


def test_sums_are_those_of_the_good_rows(fleet: Fleet, tmp_path: Path) -> None:
    expected = Fleet(tmp_path)
    expected.put("all", GOOD)
    expected.run()
    assert fleet.run_folder() == expected.run_folder()
    assert fleet.manifest() == {**expected.manifest(), "inputFiles": 2, "rowsRejected": 2 * len(FAULTS)}

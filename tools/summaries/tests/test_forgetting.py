"""Tests that nothing of earlier runs is kept or published after a driver was erased."""

from pathlib import Path

import pytest
from fleet import Fleet, random_rows
from pyspark.sql import SparkSession

from drivewatch_summaries import forgetting
from drivewatch_summaries.rejected import REJECTED_ROWS
from main import CLEAN, JobError

ROWS = random_rows(seed=3, count=120, days=2)
OTHERS = [row for row in ROWS if not row.startswith("d1,")]


def holding(fleet: Fleet, text: bytes) -> list[str]:
    """Returns the keys among all that the job writes below which such a text is found."""
    found = [
        entry.key
        for bucket in (fleet.records, fleet.public)
        for entry in bucket.list("")
        if text in b"".join(bucket.chunks(entry.key))
    ]
    return sorted(found)


def test_job_forgets_what_it_was_told_to_and_shows_only_the_others(spark: SparkSession, tmp_path: Path) -> None:
    fleet = Fleet(tmp_path)
    fleet.put("a.csv", [*ROWS, "d1,too short"])
    fleet.run()
    before = fleet.manifest()["run"]
    assert [entry.key for entry in fleet.records.list(REJECTED_ROWS)] == ["rejected/records/import/a.csv.jsonl"]
    assert any("d1," in line for line in fleet.hourly())

    fleet.put("a.csv", OTHERS)
    fleet.records.write(forgetting.FORGET_KEY, forgetting.FORGET)
    fleet.run()
    assert {line.split(",")[0] for line in fleet.hourly()} == {"d0", "d2", "d3"}
    assert holding(fleet, b"d1,") == []
    assert [entry.key for entry in fleet.public.list(f"summaries/run={before}/")] == []
    assert {entry.key.split("/")[2] for entry in fleet.records.list(CLEAN)} == {"batch=3"}
    assert forgetting.wish(fleet.records) is None


def test_job_does_not_run_while_a_driver_is_erased(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path)
    fleet.put("a.csv", ROWS)
    fleet.records.write(forgetting.FORGET_KEY, forgetting.UNDER_WAY)
    with pytest.raises(JobError, match="a driver is being erased"):
        fleet.run()
    assert list(fleet.public.list("")) == []


def test_job_publishes_nothing_of_rows_that_were_erased_meanwhile(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet = Fleet(tmp_path)
    fleet.put("a.csv", ROWS)
    wishes = iter([None, forgetting.UNDER_WAY])
    monkeypatch.setattr(forgetting, "wish", lambda _bucket: next(wishes))
    with pytest.raises(JobError, match="erased meanwhile"):
        fleet.run()
    with pytest.raises(FileNotFoundError):
        fleet.manifest()

"""Tests how far the data reaches: rows from the future do not count, and dead clocks count but stretch nothing."""

import json
from pathlib import Path

import pytest
from detail_rows import a_row
from fleet import Fleet
from pyspark.sql import SparkSession


def test_rows_from_the_future_are_rejected_and_dead_clocks_counted_and_neither_stretches_anything(
    tmp_path: Path, session: SparkSession, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet = Fleet(tmp_path)
    dead = ["1970-01-01 08:00:00", "1980-01-06 00:00:03", "1999-08-22 00:00:00"]
    told = ["2017-01-01 08:00:00", "2017-01-02 09:30:00"]
    fleet.put("drives", [*(a_row("d1", time) for time in (*told, *dead)), a_row("bad-clock", "2031-01-01 00:00:00")])
    fleet.run()
    manifest = fleet.manifest()
    assert (manifest["rowsGood"], manifest["rowsRejected"], manifest["rowsDeadClock"]) == (5, 1, 3)
    assert (manifest["from"], manifest["to"]) == ("2017-01-01T08:00:00", "2017-01-02T09:30:00")
    assert sorted(manifest["files"]["days"]) == sorted(time[:10] for time in (*told, *dead))
    assert [line.split(",")[2] for line in fleet.hourly()] == [
        f"{time[:10]}T{time[11:13]}:00" for time in (*dead, *told)
    ]
    assert "  3 of the rows kept have the time of a dead clock" in capsys.readouterr().out
    rejected = json.loads((fleet.records.root / "rejected/records/import/drives.jsonl").read_text())
    assert rejected["reason"].startswith('Time is "2031-01-01 00:00:00"; allowed: at most 24 hours ahead')


def test_where_all_clocks_are_dead_their_days_are_all_that_there_is(tmp_path: Path, session: SparkSession) -> None:
    fleet = Fleet(tmp_path)
    fleet.put("drives", [a_row("d1", "1980-01-06 00:00:03"), a_row("d1", "1980-01-07 12:00:00")])
    fleet.run()
    assert (fleet.manifest()["from"], fleet.manifest()["to"]) == ("1980-01-06T00:00:00", "1980-01-07T23:59:59")

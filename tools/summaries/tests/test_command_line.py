"""Tests what a person or a script sees of a run that cannot go on: exit code 1, and one line that says why."""

import json
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from detail_rows import a_row
from fleet import Fleet
from pyspark.sql import SparkSession

from drivewatch_summaries import outcome
from drivewatch_summaries.lock import only_run
from main import main


@pytest.fixture
def fleet(tmp_path: Path, session: SparkSession) -> Fleet:
    return Fleet(tmp_path)


def run(fleet: Fleet, *more: str) -> int:
    buckets = [f"--records-bucket={fleet.records.url}", f"--public-bucket={fleet.public.url}"]
    return main([*buckets, "--time-zone=UTC", *more])


def why(capsys: pytest.CaptureFixture[str]) -> str:
    """Returns the one line."""
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("✗ ")
    return error.removeprefix("✗ ").rstrip("\n")


def test_a_run_says_where_it_is_and_what_it_has_published(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    fleet.put("a", [a_row(), a_row("d2", "2017-01-02 08:00:00"), "no record"])
    assert run(fleet) == 0
    said = capsys.readouterr()
    assert said.err == ""
    for words in (
        *("reading 1 files, 0.0 MB", "2 rows kept, 1 rejected", "records/import/a: 1 of 3 rows rejected"),
        *("computing 2 days, 2017-01-01 to 2017-01-02", "summing up 2 days", "writing the files of 2 days"),
        f"published run {fleet.manifest()['run']}: 2 drivers, 2 days",
    ):
        assert words in said.out


def test_no_input(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(fleet) == 1
    assert why(capsys) == f"there is nothing in {fleet.records.url}/records/; archive or import records first"


def test_hidden_files_are_no_input(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (".hidden", "_SUCCESS"):
        fleet.put(name, [a_row()])
    assert run(fleet) == 1
    assert "there is nothing in" in why(capsys)


def test_no_good_rows(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    fleet.put("a", ["no record"])
    for _ in range(2):
        assert run(fleet) == 1
        assert why(capsys).startswith(f"no row in {fleet.records.url}/records/ is a record; ")
    assert [entry.key for entry in fleet.public.list("")] == [outcome.KEY]


def test_an_unreadable_bucket(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    fleet.records.root.mkdir()
    (fleet.records.root / "records").write_text("a file where a folder is expected")
    assert run(fleet) == 1
    assert why(capsys) == f"cannot list records/ in {fleet.records.url}: Not a directory"


def test_a_bucket_that_cannot_be_written(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    fleet.records.root.write_text("a file where a folder is expected")
    assert run(fleet) == 1
    assert why(capsys).startswith(f"cannot write summaries/lock in {fleet.records.url}: ")


def test_a_public_bucket_that_cannot_be_written(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    fleet.put("a", [a_row()])
    fleet.public.root.write_text("a file where a folder is expected")
    assert run(fleet) == 1
    assert fleet.public.url in why(capsys)


def test_a_url_that_is_no_bucket(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--records-bucket=/tmp", "--public-bucket=file:///tmp/x", "--time-zone=UTC"]) == 1
    assert why(capsys) == "/tmp is no bucket; allowed: file:///folder or s3://bucket/prefix"


def test_an_unknown_time_zone(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    fleet.put("a", [a_row()])
    assert run(fleet, "--time-zone=Mars/Olympus") == 1
    assert "Mars/Olympus" in why(capsys)


def test_a_second_run_at_once(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    with only_run(fleet.records):
        assert run(fleet) == 1
    assert why(capsys).startswith("another run is under way (process ")


def test_a_failure_of_spark(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    fleet.put("a", [a_row()])
    assert run(fleet) == 0
    for entry in list(fleet.records.list("summaries/clean/")):
        (fleet.records.root / entry.key).write_bytes(b"spoilt")
    fleet.put("b", [a_row("d2")])
    capsys.readouterr()
    assert run(fleet) == 1
    assert why(capsys).startswith("Spark failed: ")
    # The published files stay, and everything can be computed again.
    assert fleet.manifest()["drivers"] == 1
    assert run(fleet, "--anew") == 0
    assert fleet.manifest()["drivers"] == 2


def test_how_runs_end_is_noted_for_those_who_watch(fleet: Fleet, contract: dict[str, Any]) -> None:
    def note() -> dict[str, Any]:
        found = json.loads((fleet.public.root / contract["summaryRunsKey"]).read_bytes())
        jsonschema.validate(found, contract["summaryRuns"])
        return found

    for failed in (1, 2):
        assert run(fleet) == 1
        assert note() == {"lastSuccessSeconds": None, "failedInARow": failed}
    fleet.put("a", [a_row()])
    began_s = time.time()
    assert run(fleet) == 0
    done = note()
    assert began_s <= done["lastSuccessSeconds"] <= time.time()
    assert done["failedInARow"] == 0
    with only_run(fleet.records):
        assert run(fleet) == 1
    assert note() == done
    fleet.put("a", ["no record"])
    assert run(fleet) == 1
    assert note() == {**done, "failedInARow": 1}


@pytest.mark.parametrize("arguments", [[], ["--records-bucket=file:///tmp/x"], ["--speed"]])
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        main(arguments)
    assert exit_info.value.code == 2
    assert "usage:" in capsys.readouterr().err

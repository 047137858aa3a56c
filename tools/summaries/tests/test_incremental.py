"""Tests that the published bytes are those of one run over one file, however the records came."""

import json
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from detail_rows import at
from fleet import Fleet, random_rows
from pyspark.sql import SparkSession

import main
from drivewatch_summaries import state as st

ROWS = random_rows(seed=1, count=800)
AWKWARD_NAMES = ["a b", "张伟", "[x]{y}", "100%41", "#1?", "back\\slash", "plain.csv"]


@pytest.fixture(scope="module")
def whole(
    generated_code: Callable[[], AbstractContextManager[None]], tmp_path_factory: pytest.TempPathFactory
) -> Fleet:
    """Returns all rows in one file and one run."""
    fleet = Fleet(tmp_path_factory.mktemp("whole"))
    fleet.put("all", ROWS)
    with generated_code():
        fleet.run()
    return fleet


def split(rows: list[str], seed: int, files: int) -> list[list[str]]:
    """Returns the rows in random order in files of random sizes, each with records of all days."""
    chance = random.Random(seed)
    shares: list[list[str]] = [[] for _ in range(files)]
    for row in chance.sample(rows, len(rows)):
        shares[min(int(chance.expovariate(0.7)), files - 1)].append(row)
    return shares


def assert_same(fleet: Fleet, expected: Fleet, **differences: int) -> None:
    """Asserts the same bytes, and the same manifest except for the given differences."""
    assert fleet.run_folder() == expected.run_folder()
    assert fleet.run_folder() == fleet.published()
    assert {**fleet.manifest(), "inputFiles": 1} == {**expected.manifest(), "inputFiles": 1, **differences}


def test_publishes_what_the_rows_say(whole: Fleet) -> None:
    manifest = whole.manifest()
    assert manifest["rowsGood"] == len(ROWS)
    assert (manifest["rowsRejected"], manifest["inputFiles"], manifest["drivers"]) == (0, 1, 4)
    times = [row.split(",")[7].replace(" ", "T") for row in ROWS]
    assert (manifest["from"], manifest["to"]) == (times[0], times[-1])
    assert sorted(manifest["files"]["days"]) == sorted({time[:10] for time in times})
    assert sum(int(line.split(",")[3]) for line in whole.hourly()) == len(ROWS)


@pytest.mark.parametrize("seed", [2, *(pytest.param(seed, marks=pytest.mark.long) for seed in (4, 5, 7))])
@pytest.mark.usefixtures("several_tasks")
def test_any_split_and_order_and_repeated_files_give_the_same_bytes(whole: Fleet, tmp_path: Path, seed: int) -> None:
    fleet = Fleet(tmp_path)
    shares = split(ROWS, seed, files=len(AWKWARD_NAMES))
    for name, share in zip(AWKWARD_NAMES, shares, strict=True):
        fleet.put(name, share)
    fleet.put("a copy of the first", shares[0])
    fleet.put("archive/2017/a copy of the second", shares[1])
    fleet.run()
    assert_same(fleet, whole)
    assert fleet.manifest()["inputFiles"] == len(AWKWARD_NAMES)


def test_files_one_after_the_other_give_the_same_bytes(
    whole: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The hours are merged, as they are after many runs.
    monkeypatch.setattr(main, "MOST_HOURS_BATCHES", 2)
    fleet = Fleet(tmp_path)
    # The first day comes last: the first distances of the second follow on its end.
    first_day = [row for row in ROWS if ",2017-01-01 " in row]
    later = [row for row in ROWS if ",2017-01-01 " not in row]
    runs = set()
    for name, share in zip("zyx", [*split(later, seed=3, files=2), first_day], strict=True):
        fleet.put(name, share)
        fleet.run()
        runs.add(fleet.manifest()["run"])
    assert_same(fleet, whole)
    assert len(runs) == 3


def test_a_run_without_new_files_writes_nothing_public(whole: Fleet) -> None:
    def stamps() -> dict[str, str]:
        return {entry.key: entry.version for entry in whole.public.list("")}

    before = stamps()
    whole.run()
    assert stamps() == before


def test_reading_everything_anew_gives_the_same_bytes(whole: Fleet) -> None:
    before = whole.run_folder(), whole.manifest()
    whole.run(anew=True)
    assert (whole.run_folder(), whole.manifest()) == before


def test_changed_removed_and_renamed_files_count_as_they_are_now(tmp_path: Path) -> None:
    rows = random_rows(seed=5, count=600)
    first, second, third, same = split(rows, seed=6, files=4)
    fleet, expected = Fleet(tmp_path / "changed"), Fleet(tmp_path / "expected")
    fleet.put("a", [*first, "d0,P,,,1,,,2016-12-01 08:00:00"])
    fleet.put("b", [*second, "no record"])
    fleet.put("c", third)
    fleet.put("d", third[:40])
    fleet.put("same", same)
    fleet.run()
    assert "2016-12-01" in fleet.manifest()["files"]["days"]
    assert (fleet.records.root / "rejected/records/import/b.jsonl").exists()
    fleet.put("a", first)
    fleet.put("b", second)
    fleet.remove("c")
    fleet.put("renamed", third)
    fleet.remove("d")
    fleet.run()
    expected.put("all", rows)
    expected.run()
    assert_same(fleet, expected)
    assert "2016-12-01" not in fleet.manifest()["files"]["days"]
    assert not (fleet.records.root / "rejected").exists()


def test_a_run_reads_only_new_files_and_computes_only_the_days_that_they_touch(
    tmp_path: Path, session: SparkSession, capsys: pytest.CaptureFixture[str]
) -> None:
    fleet = Fleet(tmp_path)
    for day in ("2017-01-01", "2017-01-02", "2017-01-03", "2017-01-05"):
        fleet.put(day, [at("d1", f"{day} 00:00:05", 0.001)])
    fleet.run()
    capsys.readouterr()
    # The next day's first distance begins here, and is 111 m.
    fleet.put("late", [at("d1", "2017-01-02 23:59:55", 0)])
    fleet.run()
    said = capsys.readouterr().out
    assert "reading 1 files" in said
    assert "computing 2 days, 2017-01-02 to 2017-01-03" in said
    assert "writing the files of 2 days" in said
    ways = [(row[2], row[17], row[18]) for row in (line.split(",") for line in fleet.hourly())]
    assert ways == [
        ("2017-01-01T00:00", "0", "0"),
        ("2017-01-02T00:00", "0", "0"),
        ("2017-01-02T23:00", "0", "0"),
        ("2017-01-03T00:00", "10", "0.111"),
        ("2017-01-05T00:00", "0", "0"),
    ]


@pytest.fixture(scope="module")
def updated(session: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> tuple[Fleet, set[str]]:
    """Returns a fleet whose one file has changed after a run, and the keys of that run's files."""
    fleet = Fleet(tmp_path_factory.mktemp("updated"))
    fleet.put("a", ["d1,P,,,1,,,2017-01-01 08:00:00"])
    fleet.run()
    old = set(fleet.run_folder())
    fleet.put("a", ["d1,P,,,1,,,2017-01-01 09:00:00"])
    fleet.run()
    return fleet, old


def test_keeps_no_rows_and_hours_that_are_not_in_use(updated: tuple[Fleet, set[str]]) -> None:
    fleet, _ = updated
    entries = [*fleet.records.list("summaries/clean/"), *fleet.records.list("summaries/hours/")]
    assert {entry.key.split("/")[2] for entry in entries} == {"batch=3", "batch=4"}
    assert not list(fleet.records.list("summaries/staging/"))


def test_replaced_runs_stay_for_a_day_and_then_go(updated: tuple[Fleet, set[str]]) -> None:
    fleet, old = updated

    def run_after(seconds: int) -> set[str]:
        """Runs as if so much time had passed. Returns all keys of the public bucket."""
        stored = json.loads((fleet.records.root / st.STATE_KEY).read_text())
        stored["retired_runs"] = {run: since_s - seconds for run, since_s in stored["retired_runs"].items()}
        fleet.records.write(st.STATE_KEY, json.dumps(stored).encode())
        fleet.run()
        return {entry.key for entry in fleet.public.list("")}

    now = {*fleet.run_folder(), "summaries/manifest.json"}
    assert run_after(0) == old | now
    assert run_after(86_000) == old | now
    assert run_after(400) == now

"""Tests that a run killed anywhere and run again gives the usual bytes; readers never see half a run."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import SPARK_OPTIONS
from fleet import ZONE, Fleet, random_rows
from killable_bucket import Fate, KillableBucket, Killed
from pyspark.sql import SparkSession

from drivewatch_summaries import state as st
from drivewatch_summaries.lock import LOCK_KEY, only_run

HANG_S = 240
"""Only a hang takes so long, however busy the machine is."""
MAIN = Path(__file__).resolve().parents[1] / "main.py"
ROWS = random_rows(seed=11, count=200, days=2)
ANOTHER_DAY = random_rows(seed=12, count=80, first_day="2017-02-01", days=1)
FIRST_DAY = [row for row in ROWS if ",2017-01-01 " in row]
LATER = [row for row in ROWS if ",2017-01-01 " not in row]


class KillableFleet(Fleet):
    def __init__(self, folder: Path, fate: Fate) -> None:
        super().__init__(folder)
        self.records = KillableBucket(str(folder / "records"), fate)
        self.public = KillableBucket(str(folder / "public"), fate)


Published = tuple[dict[str, Any], dict[str, bytes]]


def published(fleet: Fleet) -> Published:
    return fleet.manifest(), fleet.published()


@dataclass
class Scene:
    """A fleet with a published run, and new, changed and removed files that wait for the next one."""

    folder: Path
    before: Published
    after: Published
    writes: list[str]
    """The writes of an undisturbed run."""

    def put_back(self) -> None:
        shutil.rmtree(self.folder / "live", ignore_errors=True)
        shutil.copytree(self.folder / "saved", self.folder / "live")

    def fleet(self, fate: Fate) -> KillableFleet:
        return KillableFleet(self.folder / "live", fate)

    def is_seen(self) -> None:
        """Asserts that a reader finds one of the two runs as a whole."""
        assert published(self.fleet(Fate())) in (self.before, self.after)


@pytest.fixture(scope="module")
def scene(session: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("scene")
    fleet = KillableFleet(folder / "live", Fate())
    fleet.put("later", [*LATER, "no record"])
    fleet.put("another day", ANOTHER_DAY)
    fleet.put("gone", ["d9,P,,,1,,,2017-03-01 08:00:00"])
    fleet.run()
    before = published(fleet)
    fleet.put("first day", [*FIRST_DAY, "no record either"])
    fleet.put("later", LATER)
    fleet.remove("gone")
    state = json.loads((fleet.records.root / st.STATE_KEY).read_text())
    # This run was replaced more than a day ago, and is to be removed.
    fleet.public.write("summaries/run=0123456789abcdef/hourly.csv", b"old")
    state["retired_runs"] = {"0123456789abcdef": 0}
    fleet.records.write(st.STATE_KEY, json.dumps(state).encode())
    shutil.copytree(folder / "live", folder / "saved")
    fate = Fate()
    undisturbed = KillableFleet(folder / "live", fate)
    undisturbed.run()
    return Scene(folder, before, published(undisturbed), fate.writes)


def test_an_undisturbed_run_writes_in_each_phase(scene: Scene) -> None:
    assert scene.before != scene.after
    for write in (
        *("write rejected/records/import/first day.jsonl", "copy to summaries/run=…/days/2017-02-01.json.gz"),
        *("write summaries/run=…/days/2017-01-01.json.gz", "write summaries/run=…/hourly.csv"),
        *("write summaries/run=…/….csv", "write summaries/run=…/drivers.json.gz", "write summaries/manifest.json"),
        *("delete rejected/records/import/later.jsonl", "delete summaries/run=…/hourly.csv"),
    ):
        assert write in scene.writes
    assert sum("state.json" in write for write in scene.writes) == 4  # rows, hours, run, end


def test_runs_that_are_killed_in_every_write_one_after_the_other_end_in_the_same_bytes(scene: Scene) -> None:
    killed: set[str] = set()

    def kills(write: str) -> bool:
        return write not in killed and not killed.add(write)

    scene.put_back()
    completed = False
    while not completed:
        try:
            scene.fleet(Fate(kills, before_each=scene.is_seen)).run()
            completed = True
        except Killed:
            scene.is_seen()
    assert killed >= set(scene.writes)
    assert_undisturbed(scene)


@pytest.mark.parametrize(
    "write",
    [
        "write summaries/state.json after write rejected/records/import/first day.jsonl",
        "write summaries/state.json after write summaries/manifest.json",
    ],
)
@pytest.mark.long
def test_a_run_that_is_killed_once_and_run_again_gives_the_same_bytes(scene: Scene, write: str) -> None:
    scene.put_back()
    with pytest.raises(Killed):
        scene.fleet(Fate(write.__eq__)).run()
    scene.is_seen()
    scene.fleet(Fate()).run()
    assert_undisturbed(scene)


def test_records_that_come_after_a_killed_run_are_in_the_next(scene: Scene, tmp_path: Path) -> None:
    scene.put_back()
    with pytest.raises(Killed):
        scene.fleet(Fate("write summaries/run=…/drivers.json.gz".__eq__)).run()
    fleet, expected = scene.fleet(Fate()), Fleet(tmp_path)
    for some in (fleet, expected):
        some.put("more", ["d9,P,,,1,,,2017-01-02 08:00:00"])
    fleet.run()
    expected.put("all", [*ROWS, *ANOTHER_DAY, "no record"])
    expected.run()
    assert fleet.run_folder() == expected.run_folder()


def test_a_killed_process_frees_the_lock_and_spoils_nothing(scene: Scene) -> None:
    scene.put_back()
    buckets = [f"--{kind}-bucket={scene.folder.as_uri()}/live/{kind}" for kind in ("records", "public")]
    program = Path(sys.executable).with_name("spark-submit")
    # The process is killed, whatever it computes with; PYSPARK_SUBMIT_ARGS says to start a shell.
    environment = {name: value for name, value in os.environ.items() if name != "PYSPARK_SUBMIT_ARGS"}
    process = subprocess.Popen(
        [str(program), *SPARK_OPTIONS, str(MAIN), *buckets, f"--time-zone={ZONE}"],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True},
        env={**environment, "PYSPARK_PYTHON": sys.executable},
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None
        try:
            assert any("] computing " in line for line in process.stdout)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
    scene.is_seen()
    fleet = scene.fleet(Fate())
    wait_until_free(fleet.records.root / LOCK_KEY)
    with only_run(fleet.records):
        fleet.run()
    assert_undisturbed(scene)


def wait_until_free(lock: Path) -> None:
    """Waits for the killed Python, which is no child of this process: its end shows in what it held."""
    began_s = time.monotonic()
    with open(lock) as file:
        while True:
            try:
                return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                assert time.monotonic() < began_s + HANG_S, "the lock of a killed run is not freed"
                time.sleep(0.01)


def assert_undisturbed(scene: Scene) -> None:
    fleet = scene.fleet(Fate())
    assert published(fleet) == scene.after
    assert fleet.run_folder() == scene.after[1]
    rejected = [entry.key for entry in fleet.records.list("rejected/")]
    assert rejected == ["rejected/records/import/first day.jsonl"]
    assert not list(fleet.records.list("summaries/staging/"))
    runs = {entry.key.split("/")[1] for entry in fleet.public.list("summaries/")}
    assert runs == {"manifest.json", *(f"run={manifest['run']}" for manifest, _ in (scene.before, scene.after))}

"""Tests that there is one run at a time."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from s3_server import an_s3_bucket

from drivewatch_summaries import lock
from drivewatch_summaries.folder_bucket import FolderBucket
from drivewatch_summaries.lock import GIVEN_UP_AFTER_S, LOCK_KEY, RunUnderWayError, held_lease, only_run
from drivewatch_summaries.s3_bucket import S3Bucket

HANG_S = 240
"""Only a hang takes so long, however busy the machine is."""

WaitBy = Callable[[Callable[[float], object]], None]

HOLD = """
import sys, time
from drivewatch_summaries.folder_bucket import FolderBucket
from drivewatch_summaries.lock import only_run
with only_run(FolderBucket(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Starts another process that holds the lock of the folder."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_second_run_on_a_folder_is_told_who_has_it(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    message = rf"^another run is under way \(process {holder.pid} on .+\)$"
    with pytest.raises(RunUnderWayError, match=message), only_run(FolderBucket(str(tmp_path))):
        pytest.fail("both runs have the folder")


def test_a_killed_run_frees_the_folder_at_once(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with only_run(FolderBucket(str(tmp_path))):
        pass


def test_a_folder_is_free_after_a_run(tmp_path: Path) -> None:
    for _ in range(2):
        with only_run(FolderBucket(str(tmp_path))):
            pass


@pytest.fixture
def s3_bucket() -> Iterator[S3Bucket]:
    with an_s3_bucket("fleet", "") as bucket:
        yield bucket


@pytest.fixture
def wait_by(monkeypatch: pytest.MonkeyPatch) -> WaitBy:
    """Replaces the lock's waiting by a call with the seconds that would pass."""

    def by(wait: Callable[[float], object]) -> None:
        monkeypatch.setattr(lock, "time", SimpleNamespace(sleep=wait, monotonic=time.monotonic))

    return by


def test_a_lease_that_is_renewed_is_respected(
    s3_bucket: S3Bucket, monkeypatch: pytest.MonkeyPatch, wait_by: WaitBy
) -> None:
    def until_renewed(_: float) -> None:
        found, began_s = s3_bucket.tag(LOCK_KEY), time.monotonic()
        while s3_bucket.tag(LOCK_KEY) == found:
            assert time.monotonic() < began_s + HANG_S, "the lease is not renewed"
            time.sleep(0.01)

    monkeypatch.setattr(lock, "RENEWED_EVERY_S", 0.1)
    wait_by(until_renewed)
    with held_lease(s3_bucket):
        with pytest.raises(RunUnderWayError, match="its lease is being renewed"), held_lease(s3_bucket):
            pytest.fail("both runs have the lease")
        assert s3_bucket.tag(LOCK_KEY) is not None
    assert s3_bucket.tag(LOCK_KEY) is None


def test_an_abandoned_lease_is_taken_over_when_it_stays_as_it_is(s3_bucket: S3Bucket, wait_by: WaitBy) -> None:
    waits_s: list[float] = []
    wait_by(waits_s.append)
    s3_bucket.write(LOCK_KEY, b"process 1 on a machine that is no more")
    with held_lease(s3_bucket):
        assert waits_s == [GIVEN_UP_AFTER_S]
    assert s3_bucket.tag(LOCK_KEY) is None


def test_of_two_runs_that_find_an_abandoned_lease_one_takes_it(s3_bucket: S3Bucket, wait_by: WaitBy) -> None:
    both_found, both_tried = threading.Barrier(2), threading.Barrier(2)
    wait_by(lambda _: both_found.wait(HANG_S))
    s3_bucket.write(LOCK_KEY, b"process 1 on a machine that is no more")
    outcomes: list[str] = []

    def run() -> None:
        try:
            with held_lease(s3_bucket):
                outcomes.append("holds it")
                both_tried.wait(HANG_S)
        except RunUnderWayError:
            outcomes.append("is told")
            both_tried.wait(HANG_S)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["holds it", "is told"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_run_whose_lease_was_taken_stops_before_two_runs_mix(
    s3_bucket: S3Bucket, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lock, "RENEWED_EVERY_S", 0.1)
    ended = threading.Event()
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        ended.set()
        sys.exit()  # this ends the thread of the renewal, as the end of the process would

    monkeypatch.setattr(lock.os, "_exit", end)
    with held_lease(s3_bucket):
        s3_bucket.write(LOCK_KEY, b"another run")
        assert ended.wait(HANG_S)
    assert codes == [1]
    assert capsys.readouterr().err == "✗ the lock of the bucket was lost; run again\n"

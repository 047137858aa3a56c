"""Reports the progress of a run, both for a person at a terminal and for a log."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

_SAID_EVERY_S = 10.0


class Progress:
    def __init__(self) -> None:
        self._began_s = time.monotonic()

    def say(self, message: str) -> None:
        print(f"[{time.monotonic() - self._began_s:5.1f} s] {message}", flush=True)

    @contextmanager
    def stage(self, spark: SparkSession, name: str) -> Iterator[None]:
        """Reports the current step, and every few seconds how far Spark is with it."""
        self.say(name)
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(spark, name, done), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()

    def _watch(self, spark: SparkSession, name: str, done: threading.Event) -> None:
        tracker = spark.sparkContext.statusTracker()
        while not done.wait(_SAID_EVERY_S):
            for stage_id in tracker.getActiveStageIds():
                stage = tracker.getStageInfo(stage_id)
                if stage is not None:
                    self.say(f"  {name}: {stage.numCompletedTasks} of {stage.numTasks} tasks")


def fail(message: str) -> int:
    """Prints one line to the error stream. Returns the exit code."""
    print(f"✗ {message.splitlines()[0] if message else 'failed'}", file=sys.stderr, flush=True)
    return 1

"""Notes how the job's runs end in the public bucket, where the API finds it for monitoring.

A run that is killed, or ends before Python has begun, notes nothing; the age of the last success shows that.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from drivewatch_summaries.buckets import Bucket, BucketError, read
from drivewatch_summaries.lock import RunUnderWayError
from drivewatch_summaries.render import compact_json

KEY = "summaries/last-run.json"


@contextmanager
def noted(public: Bucket) -> Iterator[None]:
    """Notes how the work inside ends. A run that finds another under way leaves that to the other."""
    try:
        yield
    except RunUnderWayError:
        raise
    except Exception:
        # The reason why the run has failed matters more than that it could not be noted.
        with suppress(BucketError):
            last_success_s, failed = _found(public)
            _write(public, last_success_s, failed + 1)
        raise
    _write(public, time.time(), 0)


def _write(public: Bucket, last_success_s: float | None, failed: int) -> None:
    public.write(KEY, compact_json({"lastSuccessSeconds": last_success_s, "failedInARow": failed}).encode())


def _found(public: Bucket) -> tuple[float | None, int]:
    """Returns when a run last succeeded, and how many have failed since."""
    try:
        note = json.loads(read(public, KEY))
        return note["lastSuccessSeconds"], int(note["failedInARow"])
    except (KeyError, TypeError, ValueError):
        return None, 0

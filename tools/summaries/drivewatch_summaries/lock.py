"""Allows one run at a time for each private bucket, even after a run that was killed."""

import fcntl
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from drivewatch_summaries.buckets import Bucket, BucketError
from drivewatch_summaries.folder_bucket import FolderBucket

LOCK_KEY = "summaries/lock"
RENEWED_EVERY_S = 5.0
GIVEN_UP_AFTER_S = 20.0
"""A lease that has not been renewed for so long belongs to a run that no longer exists."""


class RunUnderWayError(Exception):
    """Raised when another run works on the bucket."""


class LeaseBucket(Protocol):
    def tag(self, key: str) -> str | None:
        """Returns a tag that changes with the object; None when there is none."""

    def swap(self, key: str, body: bytes, expected: str | None) -> str | None:
        """Replaces the object whose tag is expected (None: there is none), and returns the new tag.

        Returns None when the object has changed by now.
        """

    def delete(self, keys: list[str]) -> None: ...


def only_run(bucket: Bucket) -> AbstractContextManager[None]:
    """Holds the bucket's lock. Raises RunUnderWayError when another run holds it."""
    return _held_file(bucket) if isinstance(bucket, FolderBucket) else held_lease(bucket)


@contextmanager
def _held_file(bucket: FolderBucket) -> Iterator[None]:
    """Holds a locked file. The operating system frees it when the process ends, however it ends."""
    path = bucket.root / LOCK_KEY
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = open(path, "a+")  # noqa: SIM115
    except OSError as error:
        raise BucketError(f"cannot write {LOCK_KEY} in {bucket.url}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise RunUnderWayError(f"another run is under way ({file.read()})") from error
        file.truncate(0)
        file.write(_holder())
        file.flush()
        yield


@contextmanager
def held_lease(bucket: LeaseBucket) -> Iterator[None]:
    """Holds a lease by renewing it; another run takes it over only if it stays unchanged."""
    found = bucket.tag(LOCK_KEY)
    if found is not None:
        time.sleep(GIVEN_UP_AFTER_S)
    tag = bucket.swap(LOCK_KEY, _beat(0), found)
    if tag is None:
        raise RunUnderWayError("another run is under way (its lease is being renewed)")
    done = threading.Event()
    tags = [tag]
    renewal = threading.Thread(target=_renew, args=(bucket, tags, done), daemon=True)
    renewal.start()
    try:
        yield
    finally:
        done.set()
        renewal.join()
        bucket.delete([LOCK_KEY])


def _renew(bucket: LeaseBucket, tags: list[str], done: threading.Event) -> None:
    beats = 0
    last_beat_s = time.monotonic()
    while not done.wait(RENEWED_EVERY_S):
        beats += 1
        try:
            tag = bucket.swap(LOCK_KEY, _beat(beats), tags[-1])
        except BucketError:
            if time.monotonic() - last_beat_s < GIVEN_UP_AFTER_S / 2:
                continue
            tag = None
        if tag is None:
            # Another run may have begun, so this one stops before the two mix.
            print("✗ the lock of the bucket was lost; run again", file=sys.stderr, flush=True)
            os._exit(1)
        tags.append(tag)
        del tags[0]
        last_beat_s = time.monotonic()


def _beat(count: int) -> bytes:
    return f"{_holder()}, renewed {count} times".encode()


def _holder() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"

"""One run at a time for each private bucket, also after one that was killed."""

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
"""A lease that has not been renewed for so long belongs to a run that is no more."""


class RunUnderWayError(Exception):
    """Another run works on the bucket."""


class LeaseBucket(Protocol):
    def tag(self, key: str) -> str | None:
        """What changes with the object; None when there is none."""

    def swap(self, key: str, body: bytes, expected: str | None) -> str | None:
        """Replace the object whose tag is expected (None: there is none), and return the new tag.

        None when it is another by now.
        """

    def delete(self, keys: list[str]) -> None: ...


def only_run(bucket: Bucket) -> AbstractContextManager[None]:
    """Hold the bucket's lock. Raises RunUnderWayError when another run holds it."""
    return _held_file(bucket) if isinstance(bucket, FolderBucket) else held_lease(bucket)


@contextmanager
def _held_file(bucket: FolderBucket) -> Iterator[None]:
    """The operating system frees the file of a process that ends, however it ends."""
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
    """A lease that its holder renews; it is taken over only when it stays as it is."""
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
            # Another run may have begun: stop before anything of the two mixes.
            print("✗ the lock of the bucket was lost; run again", file=sys.stderr, flush=True)
            os._exit(1)
        tags.append(tag)
        del tags[0]
        last_beat_s = time.monotonic()


def _beat(count: int) -> bytes:
    return f"{_holder()}, renewed {count} times".encode()


def _holder() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"

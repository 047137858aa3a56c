"""Describes a bucket, whether in a folder or in S3. TypeScript has the same in libs/object-store."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol


class BucketError(Exception):
    """Raised when the bucket cannot be read or written; the message is one line and names it."""


@dataclass(frozen=True)
class Entry:
    """An object; its `version` changes when it does."""

    key: str
    size: int
    version: str
    modified_s: float


class Bucket(Protocol):
    url: str

    def spark_path(self, key: str) -> str:
        """Returns where Spark finds a key or prefix; characters that it would take for a pattern are escaped."""

    def key_of(self, spark_url: str) -> str:
        """Returns the key of a file that Spark names by its escaped URL."""

    def list(self, prefix: str) -> Iterator[Entry]:
        """Returns the objects below a prefix that ends with a slash, in any order."""

    def chunks(self, key: str) -> Iterator[bytes]:
        """Yields the bytes of an object. Raises KeyError when there is none."""

    def write(self, key: str, body: bytes | Iterable[bytes]) -> None:
        """Stores or replaces an object, which becomes visible as a whole."""

    def copy(self, source: str, target: str) -> None: ...

    def delete(self, keys: Iterable[str]) -> None: ...


def read(bucket: Bucket, key: str) -> bytes:
    """Returns the whole of a small object. Raises KeyError when there is none."""
    return b"".join(bucket.chunks(key))


def sha256(bucket: Bucket, key: str) -> str:
    digest = hashlib.sha256()
    for chunk in bucket.chunks(key):
        digest.update(chunk)
    return digest.hexdigest()


def delete_below(bucket: Bucket, prefix: str) -> None:
    bucket.delete([entry.key for entry in bucket.list(prefix)])


def glob_escaped(path: str) -> str:
    return "".join(f"\\{char}" if char in "{}[]*?\\" else char for char in path)

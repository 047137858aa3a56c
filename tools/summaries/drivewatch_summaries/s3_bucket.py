"""A bucket in S3 or in a server that speaks its protocol."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from itertools import islice
from urllib.parse import unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from drivewatch_summaries.buckets import BucketError, Entry, glob_escaped

_CHUNK = 1 << 20
_MOST_KEYS_A_DELETE = 1000


class S3Bucket:
    """Takes credentials and region from the environment, as every AWS SDK does."""

    def __init__(self, name: str, prefix: str, endpoint: str | None) -> None:
        self.name, self.prefix = name, f"{prefix}/" if prefix else ""
        self.url = f"s3://{name}/{prefix}".rstrip("/")
        session = boto3.session.Session()
        self.client = session.client(
            "s3",
            endpoint_url=endpoint,
            region_name=session.region_name or ("us-east-1" if endpoint else None),
            config=Config(s3={"addressing_style": "path"} if endpoint else {}, retries={"mode": "standard"}),
        )

    def spark_path(self, key: str) -> str:
        return f"s3a://{self.name}/{glob_escaped(self.prefix + key)}"

    def key_of(self, spark_url: str) -> str:
        return unquote(urlsplit(spark_url).path).removeprefix(f"/{self.prefix}")

    def list(self, prefix: str) -> Iterator[Entry]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=self.prefix + prefix)
        with self._named("list", prefix):
            for page in pages:
                for item in page.get("Contents", []):
                    key = item["Key"].removeprefix(self.prefix)
                    yield Entry(key, item["Size"], item["ETag"], item["LastModified"].timestamp())

    def chunks(self, key: str) -> Iterator[bytes]:
        with self._named("read", key):
            try:
                body = self.client.get_object(Bucket=self.name, Key=self.prefix + key)["Body"]
            except self.client.exceptions.NoSuchKey as error:
                raise KeyError(key) from error
            yield from body.iter_chunks(_CHUNK)

    def write(self, key: str, body: bytes | Iterable[bytes]) -> None:
        headers = served_as(key)
        with self._named("write", key):
            if isinstance(body, bytes):
                self.client.put_object(Bucket=self.name, Key=self.prefix + key, Body=body, **headers)
            else:
                stream = io.BufferedReader(_Chunks(body), _CHUNK)
                self.client.upload_fileobj(stream, self.name, self.prefix + key, ExtraArgs=headers)

    def copy(self, source: str, target: str) -> None:
        with self._named("copy", source):
            # The copy keeps the headers.
            self.client.copy({"Bucket": self.name, "Key": self.prefix + source}, self.name, self.prefix + target)

    def tag(self, key: str) -> str | None:
        with self._named("read", key):
            try:
                return self.client.head_object(Bucket=self.name, Key=self.prefix + key)["ETag"]
            except ClientError as error:
                if _status(error) == HTTPStatus.NOT_FOUND:
                    return None
                raise

    def swap(self, key: str, body: bytes, expected: str | None) -> str | None:
        condition = {"IfNoneMatch": "*"} if expected is None else {"IfMatch": expected}
        with self._named("write", key):
            try:
                return self.client.put_object(Bucket=self.name, Key=self.prefix + key, Body=body, **condition)["ETag"]
            except ClientError as error:
                if _status(error) in (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND):
                    return None
                raise

    def delete(self, keys: Iterable[str]) -> None:
        remaining = iter(keys)
        while some := list(islice(remaining, _MOST_KEYS_A_DELETE)):
            with self._named("delete", some[0]):
                objects = [{"Key": self.prefix + key} for key in some]
                self.client.delete_objects(Bucket=self.name, Delete={"Objects": objects, "Quiet": True})

    @contextmanager
    def _named(self, verb: str, key: str) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            raise BucketError(f"cannot {verb} {key} in {self.url}: {error}") from error


def served_as(key: str) -> dict[str, str]:
    """Returns how S3 and the CDN in front of it serve a published object; libs/object-store does the same."""
    immutable = key.startswith("summaries/run=")
    headers = {"CacheControl": "public, max-age=31536000, immutable" if immutable else "public, max-age=60"}
    if key.endswith(".gz"):
        headers["ContentEncoding"] = "gzip"
    if ".json" in key:
        headers["ContentType"] = "application/json"
    elif key.endswith(".csv"):
        headers["ContentType"] = "text/csv; charset=utf-8"
    return headers


def _status(error: ClientError) -> int:
    return error.response["ResponseMetadata"]["HTTPStatusCode"]


class _Chunks(io.RawIOBase):
    """Presents chunks of bytes as a file that can be read once."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._rest = iter(chunks), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        while not self._rest:
            try:
                self._rest = next(self._chunks)
            except StopIteration:
                return 0
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

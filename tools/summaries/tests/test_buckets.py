"""Both kinds of bucket behave alike: a folder, and S3 on a server of its protocol."""

import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from s3_server import an_s3_bucket

from drivewatch_summaries.buckets import Bucket, BucketError, delete_below, read, sha256
from drivewatch_summaries.folder_bucket import FolderBucket
from drivewatch_summaries.open_bucket import open_bucket
from drivewatch_summaries.s3_bucket import S3Bucket

AWKWARD = "records/import/a b 张伟 [x] {y} 100% #1 +&=?'~é.csv"


@pytest.fixture(scope="module")
def s3_bucket() -> Iterator[S3Bucket]:
    with an_s3_bucket("fleet", "with/prefix") as bucket:
        yield bucket


@pytest.fixture(params=["folder", "s3"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bucket]:
    if request.param == "folder":
        yield FolderBucket(str(tmp_path / "a bucket"))
        return
    s3: S3Bucket = request.getfixturevalue("s3_bucket")
    yield s3
    delete_below(s3, "")


def keys(bucket: Bucket, prefix: str) -> list[str]:
    return sorted(entry.key for entry in bucket.list(prefix))


def test_reads_what_was_written(bucket: Bucket) -> None:
    bucket.write("a/b.txt", b"one")
    assert read(bucket, "a/b.txt") == b"one"
    bucket.write("a/b.txt", b"two")
    assert read(bucket, "a/b.txt") == b"two"
    bucket.write("a/empty", b"")
    assert read(bucket, "a/empty") == b""


def test_lists_what_is_below_a_prefix_with_sizes(bucket: Bucket) -> None:
    for key in ("a/1", "a/deep/er/2", "ab/3", "b/4"):
        bucket.write(key, b"12345")
    assert keys(bucket, "a/") == ["a/1", "a/deep/er/2"]
    assert [entry.size for entry in bucket.list("b/")] == [5]
    assert keys(bucket, "nothing/") == []


def test_version_of_an_object_changes_when_its_content_does(bucket: Bucket) -> None:
    bucket.write("a/1", b"one")
    bucket.write("a/2", b"one")
    before = {entry.key: entry.version for entry in bucket.list("a/")}
    bucket.write("a/1", b"two")
    after = {entry.key: entry.version for entry in bucket.list("a/")}
    assert before["a/1"] != after["a/1"]
    assert before["a/2"] == after["a/2"]


def test_a_missing_object_is_a_key_error(bucket: Bucket) -> None:
    with pytest.raises(KeyError):
        read(bucket, "a/missing")


def test_copies_and_deletes(bucket: Bucket) -> None:
    bucket.write("a/1", b"one")
    bucket.copy("a/1", "b/2")
    bucket.delete(["a/1", "a/missing"])
    assert keys(bucket, "a/") == []
    assert read(bucket, "b/2") == b"one"


def test_deletes_more_objects_than_s3_takes_at_once(bucket: Bucket) -> None:
    put = put_into_moto(bucket) if isinstance(bucket, S3Bucket) else bucket.write
    for number in range(1_005):
        put(f"many/{number}", b"")
    assert len(keys(bucket, "many/")) == 1_005
    delete_below(bucket, "many/")
    assert keys(bucket, "many/") == []


def put_into_moto(bucket: S3Bucket) -> Callable[[str, bytes], object]:
    """Puts objects where the test's server keeps them, which saves a thousand requests that other tests cover."""
    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    return lambda key, body: backend.put_object(bucket.name, bucket.prefix + key, body)


def test_takes_streams_of_any_size(bucket: Bucket) -> None:
    chunk = bytes(range(256)) * 4096
    bucket.write("a/large", (chunk for _ in range(20)))
    assert [entry.size for entry in bucket.list("a/")] == [20 << 20]
    # This is the sha256sum of 20 MiB of the bytes 0 to 255 over and over.
    assert sha256(bucket, "a/large") == "3568217a72eed5450d704907de96e14c75cc1b18661f38e0c9f458e462b38def"


def test_keys_may_hold_spaces_marks_and_any_script(bucket: Bucket) -> None:
    bucket.write(AWKWARD, b"one")
    assert keys(bucket, "records/") == [AWKWARD]
    assert read(bucket, AWKWARD) == b"one"
    bucket.copy(AWKWARD, f"copies/{AWKWARD}")
    bucket.delete([AWKWARD])
    assert keys(bucket, "records/") == []
    assert read(bucket, f"copies/{AWKWARD}") == b"one"


def test_a_writer_that_fails_leaves_what_was_there(bucket: Bucket) -> None:
    def failing() -> Iterator[bytes]:
        yield b"x" * (9 << 20)
        raise RuntimeError("the source failed")

    bucket.write("a/1", b"one")
    for key in ("a/1", "a/2"):
        with pytest.raises(RuntimeError, match="the source failed"):
            bucket.write(key, failing())
    assert read(bucket, "a/1") == b"one"
    assert keys(bucket, "a/") == ["a/1"]


def test_leaves_no_temporary_files_in_a_folder(tmp_path: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield b"x"
        raise RuntimeError

    bucket = FolderBucket(str(tmp_path))
    bucket.write("a/1", b"one")
    with pytest.raises(RuntimeError):
        bucket.write("a/2", failing())
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["1"]


def test_leftovers_of_a_dead_writer_are_no_objects_and_go_with_their_folder(tmp_path: Path) -> None:
    bucket = FolderBucket(str(tmp_path))
    bucket.write("a/deep/1", b"one")
    (tmp_path / "a/deep/.tmp-dead").write_bytes(b"half")
    assert keys(bucket, "a/") == ["a/deep/1"]
    delete_below(bucket, "a/")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content_type", "encoding"),
    [("days/2017-01-01.json.gz", "application/json", "gzip"), ("hourly.csv", "text/csv; charset=utf-8", None)],
)
def test_s3_serves_a_runs_files_for_ever_however_they_came_there(
    s3_bucket: S3Bucket, name: str, content_type: str, encoding: str | None
) -> None:
    written, streamed, copied = (f"summaries/run={run}/{name}" for run in ("0a", "0b", "0c"))
    s3_bucket.write(written, b"body")
    s3_bucket.write(streamed, iter([b"bo", b"dy"]))
    s3_bucket.copy(written, copied)
    for key in (written, streamed, copied):
        assert served(s3_bucket, key) == ("public, max-age=31536000, immutable", content_type, encoding)


def test_s3_serves_the_manifest_for_a_minute(s3_bucket: S3Bucket) -> None:
    s3_bucket.write("summaries/manifest.json", b"{}")
    assert served(s3_bucket, "summaries/manifest.json") == ("public, max-age=60", "application/json", None)


def served(bucket: S3Bucket, key: str) -> tuple[str | None, ...]:
    """Returns the headers that a client gets with the object."""
    parameters = {"Bucket": bucket.name, "Key": bucket.prefix + key}
    with urllib.request.urlopen(bucket.client.generate_presigned_url("get_object", parameters)) as answer:
        return tuple(answer.headers[name] for name in ("Cache-Control", "Content-Type", "Content-Encoding"))


def test_opens_buckets_by_url(tmp_path: Path) -> None:
    folder = open_bucket(f"file://{tmp_path}/a%20b", None)
    assert isinstance(folder, FolderBucket)
    assert folder.root == tmp_path / "a b"
    assert folder.url == f"file://{tmp_path}/a%20b"
    s3 = open_bucket("s3://fleet/with/prefix", "http://127.0.0.1:1")
    assert isinstance(s3, S3Bucket)
    assert s3.url == "s3://fleet/with/prefix"
    assert s3.spark_path("a/b") == "s3a://fleet/with/prefix/a/b"
    assert s3.key_of("s3a://fleet/with/prefix/a%20b") == "a b"


@pytest.mark.parametrize("url", ["http://host/x", "/tmp/x", "file://host/x", "s3:///x", ""])
def test_refuses_what_is_no_bucket(url: str) -> None:
    with pytest.raises(BucketError, match="is no bucket; allowed: file:///folder or s3://bucket/prefix"):
        open_bucket(url, None)


def test_an_unreadable_bucket_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "records").write_text("a file where a folder is expected")
    folder = FolderBucket(str(tmp_path))
    with pytest.raises(BucketError, match=rf"^cannot write records/x in file://{tmp_path}: .+$"):
        folder.write("records/x", b"")
    nowhere = S3Bucket("fleet", "", "http://127.0.0.1:1")
    nowhere.client.meta.config.retries = {"total_max_attempts": 1}
    with pytest.raises(BucketError, match=r"^cannot list records/ in s3://fleet: .+$"):
        list(nowhere.list("records/"))

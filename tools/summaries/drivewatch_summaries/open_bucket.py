"""Opens buckets by URL."""

from urllib.parse import unquote, urlsplit

from drivewatch_summaries.buckets import Bucket, BucketError
from drivewatch_summaries.folder_bucket import FolderBucket


def open_bucket(url: str, s3_endpoint: str | None) -> Bucket:
    """Returns the bucket at `file:///folder` or `s3://bucket/prefix`. Raises BucketError for any other URL."""
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc:
        return FolderBucket(unquote(parts.path))
    if parts.scheme in ("s3", "s3a") and parts.netloc:
        from drivewatch_summaries.s3_bucket import S3Bucket  # noqa: PLC0415 - slow to import, needed for S3 only

        return S3Bucket(parts.netloc, unquote(parts.path).strip("/"), s3_endpoint)
    raise BucketError(f"{url} is no bucket; allowed: file:///folder or s3://bucket/prefix")

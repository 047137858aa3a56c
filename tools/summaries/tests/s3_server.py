"""An S3-protocol server on loopback with one empty bucket."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from moto.server import ThreadedMotoServer

from drivewatch_summaries.s3_bucket import S3Bucket

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@contextmanager
def an_s3_bucket(name: str, prefix: str) -> Iterator[S3Bucket]:
    os.environ.update(ENVIRONMENT)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        bucket = S3Bucket(name, prefix, f"http://{host}:{port}")
        bucket.client.create_bucket(Bucket=name)
        yield bucket
    finally:
        server.stop()

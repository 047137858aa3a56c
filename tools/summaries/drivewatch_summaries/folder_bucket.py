"""A bucket in a folder of this machine."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from drivewatch_summaries.buckets import BucketError, Entry, glob_escaped

_CHUNK = 1 << 20
_TEMPORARY = ".tmp-"
# Files of `mkstemp` can be read by their owner alone; they get the permissions of any other file of this process.
_UMASK = os.umask(0o077)
os.umask(_UMASK)


class FolderBucket:
    def __init__(self, folder: str) -> None:
        self.root = Path(folder)
        self.url = self.root.as_uri()

    def spark_path(self, key: str) -> str:
        return "file://" + glob_escaped(f"{self.root}/{key}")

    def key_of(self, spark_url: str) -> str:
        return unquote(urlsplit(spark_url).path).removeprefix(f"{self.root}/")

    def list(self, prefix: str) -> Iterator[Entry]:
        try:
            yield from self._walk(self.root / prefix)
        except OSError as error:
            raise self._failed("list", prefix, error) from error

    def _walk(self, folder: Path) -> Iterator[Entry]:
        with suppress(FileNotFoundError), os.scandir(folder) as items:
            for item in items:
                if item.name.startswith("."):
                    continue
                if item.is_dir():
                    yield from self._walk(Path(item.path))
                    continue
                stat = item.stat()
                key = Path(item.path).relative_to(self.root).as_posix()
                yield Entry(key, stat.st_size, f"{stat.st_size}-{stat.st_mtime_ns}-{stat.st_ino}", stat.st_mtime)

    def chunks(self, key: str) -> Iterator[bytes]:
        try:
            with open(self.root / key, "rb") as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except FileNotFoundError as error:
            raise KeyError(key) from error
        except OSError as error:
            raise self._failed("read", key, error) from error

    def write(self, key: str, body: bytes | Iterable[bytes]) -> None:
        target = self.root / key
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=target.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    for chunk in [body] if isinstance(body, bytes) else body:
                        file.write(chunk)
                    file.flush()
                    os.fsync(file.fileno())
                os.chmod(temporary, 0o666 & ~_UMASK)
                os.replace(temporary, target)
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(temporary)
                raise
        except OSError as error:
            raise self._failed("write", key, error) from error

    def copy(self, source: str, target: str) -> None:
        """Gives a file a second name, where the file system can: objects are replaced, never written into."""
        try:
            (self.root / target).parent.mkdir(parents=True, exist_ok=True)
            os.link(self.root / source, self.root / target)
        except OSError:
            self.write(target, self.chunks(source))

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            try:
                with suppress(FileNotFoundError):
                    (self.root / key).unlink()
                    self._prune((self.root / key).parent)
            except OSError as error:
                raise self._failed("delete", key, error) from error

    def _prune(self, folder: Path) -> None:
        """Removes folders that are empty except for the hidden leftovers of dead writers."""
        while folder != self.root:
            if any(not name.startswith(".") for name in os.listdir(folder)):
                return
            shutil.rmtree(folder)
            folder = folder.parent

    def _failed(self, verb: str, key: str, error: OSError) -> BucketError:
        return BucketError(f"cannot {verb} {quote(key)} in {self.url}: {error.strerror or error}")

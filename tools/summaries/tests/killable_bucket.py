"""Buckets of runs that are killed in the middle of a write."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from drivewatch_summaries.buckets import Entry
from drivewatch_summaries.folder_bucket import FolderBucket
from drivewatch_summaries.render import METRICS

# Runs, batches and parts have new names each time, and what holds for one of the metrics holds for all.
_NAMES = re.compile(rf"[0-9a-f]{{16}}|(?<=batch=)\d+|part-\S+|(?<=/)(?:{'|'.join(METRICS)})(?=\.csv)")


class Killed(BaseException):
    """Stands for the end of the process: no handler of an Exception sees it."""


@dataclass
class Fate:
    """Decides what happens to the two buckets of a run."""

    kills: Callable[[str], bool] = lambda write: False
    """Returns whether the run is killed in the middle of a write. write: a description of what is written."""
    before_each: Callable[[], None] = lambda: None
    writes: list[str] = field(default_factory=list)

    def has_come(self, write: str) -> bool:
        self.before_each()
        name = _NAMES.sub("…", write)
        if "state.json" in name:
            # A commit is told from others by what came before it.
            name += f" after {self.writes[-1] if self.writes else 'nothing'}"
        self.writes.append(name)
        return self.kills(name)


class KillableBucket(FolderBucket):
    def __init__(self, folder: str, fate: Fate) -> None:
        super().__init__(folder)
        self.fate = fate

    def list(self, prefix: str) -> Iterator[Entry]:
        for entry in super().list(prefix):
            # Without the number of its inode, a file that a test has put back counts as unchanged.
            yield Entry(entry.key, entry.size, entry.version.rsplit("-", 1)[0], entry.modified_s)

    def write(self, key: str, body: bytes | Iterable[bytes]) -> None:
        if self.fate.has_come(f"write {key}"):
            # A killed writer leaves such a file.
            folder = (self.root / key).parent
            folder.mkdir(parents=True, exist_ok=True)
            (folder / ".tmp-killed").write_bytes(body[:10] if isinstance(body, bytes) else next(iter(body)))
            raise Killed
        super().write(key, body)

    def copy(self, source: str, target: str) -> None:
        if self.fate.has_come(f"copy to {target}"):
            raise Killed
        super().copy(source, target)

    def delete(self, keys: Iterable[str]) -> None:
        # The keys are sorted, because folders are listed in any order.
        wanted = sorted(keys)
        if wanted and self.fate.has_come(f"delete {wanted[0]}"):
            super().delete(islice(wanted, len(wanted) // 2))
            raise Killed
        super().delete(wanted)

"""Finds the zone in which the wall times of each file are (docs/adr/0033).

The archive writes a batch in the zone that was set when the batch was planned, and records that in an object of its own
(libs/record-archive, time-zones.ts). All other files are in the fleet's zone, unless somebody has named them there.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from drivewatch_summaries.buckets import Bucket, BucketError, Entry, read

ZONES_KEY = "archive-time-zones.json"
_ARCHIVED_KEY = re.compile(r"records/date=[^/]+/batch-(\d+)-(\d+)-([0-9a-f]{8})-\d+\.csv")


@dataclass(frozen=True)
class FileZones:
    fleet: str
    """The zone of files that nobody has named."""
    batches: Mapping[str, Sequence[tuple[int, int, str]]]
    """Maps the part of a batch's id in file names to the range of store numbers that it lies within, and its zone."""
    named: Mapping[str, str]
    """The zones of other files, by what their keys begin with."""

    def of(self, key: str) -> str:
        batch = _ARCHIVED_KEY.fullmatch(key)
        if batch is None:
            prefixes = [prefix for prefix in self.named if key.startswith(prefix)]
            return self.named[max(prefixes, key=len)] if prefixes else self.fleet
        first, end = int(batch[1]), int(batch[2])
        found = (zone for begin, limit, zone in self.batches.get(batch[3], ()) if begin <= first and end <= limit)
        return next(found, self.fleet)

    def marked_text(self, key: str, text: str) -> str:
        """Returns the text about a file, marked when the file is in another zone than the fleet's."""
        zone = self.of(key)
        return text if zone == self.fleet else f"{text} in {zone}"

    def marked(self, entry: Entry) -> Entry:
        """Returns the entry, marked as another version of the file when it is in another zone."""
        return replace(entry, version=self.marked_text(entry.key, entry.version))

    def by_zone(self, entries: Sequence[Entry]) -> dict[str, list[Entry]]:
        """Returns the entries of each zone."""
        groups: dict[str, list[Entry]] = {}
        for entry in entries:
            groups.setdefault(self.of(entry.key), []).append(entry)
        return groups


def read_file_zones(bucket: Bucket, fleet: str) -> FileZones:
    """Reads the bucket's zones. Call it after the files were listed, because a zone is written before the files in it.

    Raises BucketError when the content cannot be understood.
    """
    try:
        text = read(bucket, ZONES_KEY)
    except KeyError:
        return FileZones(fleet, {}, {})
    try:
        said = json.loads(text)
        batches: dict[str, list[tuple[int, int, str]]] = {}
        for run in said["archived"]:
            found = int(run["from"]), int(run["to"]), _zone(run["timeZone"])
            for batch in run["batches"]:
                batches.setdefault(batch, []).append(found)
        named = {str(entry["prefix"]): _zone(entry["timeZone"]) for entry in said.get("others", [])}
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise BucketError(f"{bucket.url}/{ZONES_KEY} does not say the zones of files: {error!r}") from error
    return FileZones(fleet, batches, named)


def _zone(name: Any) -> str:
    """Returns the name of a zone. Raises an error of reading it when there is no such zone."""
    return ZoneInfo(name).key

"""Keeps what earlier runs have left in the private bucket, and compares it with the files there are now."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from drivewatch_summaries.buckets import Bucket, Entry, read
from drivewatch_summaries.hours import FORMULA_VERSIONS
from drivewatch_summaries.schema import REJECTED

STATE_KEY = "summaries/state.json"
_LAYOUT = 2
"""Raised when clean rows or this file are stored in a new way."""


@dataclass
class Source:
    """A file whose clean rows are kept."""

    version: str
    batch: int
    path: str
    """The file's name as Spark writes it in the clean rows."""
    days: list[str] = field(default_factory=list)
    good: int = 0
    rejected: int = 0
    dead_clock: int = 0
    """How many of the good rows have the time of a receiver that was never told it."""


@dataclass
class Day:
    """A fleet-local day whose hours are kept."""

    batch: int
    fingerprint: str


@dataclass
class State:
    time_zone: str
    layout: int = _LAYOUT
    formula_versions: dict[str, int] = field(default_factory=lambda: dict(FORMULA_VERSIONS))
    next_batch: int = 1
    sources: dict[str, Source] = field(default_factory=dict)
    days: dict[str, Day] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    """The paths of sources whose rows no longer count, by the number of their batch."""
    pending_days: list[str] = field(default_factory=list)
    """The days whose rows have changed since their hours were computed."""
    published_run: str | None = None
    published_days: dict[str, str] = field(default_factory=dict)
    """The fingerprints of the days of the published run."""
    published_inputs: str | None = None
    """A digest of the files and days that the published run was made of."""
    retired_runs: dict[str, float] = field(default_factory=dict)
    """The epoch seconds at which a run was first seen to be replaced."""
    hashes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The version and content hash of files that share their size with another."""


def load(bucket: Bucket, time_zone: str) -> State:
    """Returns the state that the last run committed; an empty one when there is none or it is of no use."""
    try:
        stored = json.loads(read(bucket, STATE_KEY))
    except KeyError:
        return State(time_zone)
    fresh = State(time_zone)
    if any(stored.get(name) != getattr(fresh, name) for name in ("layout", "time_zone", "formula_versions")):
        # The numbers of batches continue, because the folders of the old ones are still there.
        return State(time_zone, next_batch=stored.get("next_batch", 1), retired_runs=stored.get("retired_runs", {}))
    stored["sources"] = {key: Source(**source) for key, source in stored["sources"].items()}
    stored["days"] = {day: Day(**kept) for day, kept in stored["days"].items()}
    return State(**stored)


def save(bucket: Bucket, state: State) -> None:
    """Commits. Everything written before is garbage until then, and deletions follow afterwards."""
    bucket.write(STATE_KEY, json.dumps(asdict(state), indent=1, sort_keys=True).encode())


@dataclass(frozen=True)
class Changes:
    to_read: list[Entry]
    to_forget: list[str]


def changes(state: State, entries: Iterable[Entry], content_hash: Callable[[str], str]) -> Changes:
    """Compares the present files with those whose rows are kept. Only one of several files with the same content
    counts.

    Updates `state.hashes`; content_hash is called only for files that share their size with another.
    """
    by_key = {entry.key: entry for entry in entries}
    kept = {key for key, source in state.sources.items() if key in by_key and by_key[key].version == source.version}
    state.hashes = {
        key: known for key, known in state.hashes.items() if key in by_key and by_key[key].version == known[0]
    }
    counted: set[str] = set()
    for same_size in _grouped(by_key.values(), lambda entry: str(entry.size)):
        if len(same_size) == 1:
            counted.add(same_size[0].key)
            continue
        for entry in same_size:
            if entry.key not in state.hashes:
                state.hashes[entry.key] = (entry.version, content_hash(entry.key))
        for same_content in _grouped(same_size, lambda entry: state.hashes[entry.key][1]):
            # A file that is kept already stays, so that nothing is read again.
            counted.add(min(same_content, key=lambda entry: (entry.key not in kept, entry.key)).key)
    to_read = sorted(counted - kept)
    return Changes([by_key[key] for key in to_read], sorted(set(state.sources) - (kept & counted)))


def _grouped(entries: Iterable[Entry], key: Callable[[Entry], str]) -> list[list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    return list(groups.values())


def sources(
    counts: Iterable[Mapping[str, Any]], versions: Mapping[str, str], batch: int, key_of: Callable[[str], str]
) -> dict[str, Source]:
    """Returns the files of a batch, by key.

    counts: `source`, `day`, `rows` and `dead_clock`, how many of the rows have such a clock, of each file and day that
    has rows. versions: those of all files that were read, by key. key_of: gives the key of a `source`.
    """
    found: dict[str, Source] = {}
    for row in counts:
        key = key_of(row["source"])
        source = found.setdefault(key, Source(versions[key], batch, row["source"]))
        if row["day"] == REJECTED:
            source.rejected += row["rows"]
        else:
            source.good += row["rows"]
            source.dead_clock += row["dead_clock"]
            source.days.append(row["day"])
    for source in found.values():
        source.days.sort()
    return found


def is_input(key: str) -> bool:
    """Returns whether Spark reads the file. It skips names with a leading dot or underscore, as tools around it do."""
    return not key.rsplit("/", 1)[-1].startswith((".", "_"))


def days_of(state: State) -> set[str]:
    """Returns the days that have records now."""
    return {day for source in state.sources.values() for day in source.days}


def days_to_compute(state: State) -> list[str]:
    """Returns pending days, and the days after them, whose first samples may follow the last of a pending day."""
    touched = {*state.pending_days, *(neighbour(day, 1) for day in state.pending_days)}
    return sorted(touched & days_of(state))


def inputs_digest(state: State) -> str:
    """Returns a digest that changes when anything does that the published files are made of."""
    sources = {key: asdict(source) for key, source in state.sources.items()}
    days = {day: kept.fingerprint for day, kept in state.days.items()}
    return hashlib.sha256(json.dumps([sources, days], sort_keys=True).encode()).hexdigest()


def neighbour(day: str, distance: int) -> str:
    """Returns the day so many days later. day: YYYY-MM-DD."""
    return (date.fromisoformat(day) + timedelta(days=distance)).isoformat()


def forget(state: State, key: str) -> Source:
    """Removes a file, so that it no longer counts."""
    source = state.sources.pop(key)
    state.left_out.setdefault(str(source.batch), []).append(source.path)
    return source


def clean_batches(state: State, days: Set[str]) -> dict[int, set[str]]:
    """Returns the batches of clean rows that hold any of the days, and which days."""
    found: dict[int, set[str]] = {}
    for source in state.sources.values():
        touched = days.intersection(source.days)
        if touched:
            found.setdefault(source.batch, set()).update(touched)
    return found


def hours_batches(state: State) -> dict[int, set[str]]:
    """Returns the batches of hours, and the days in each."""
    found: dict[int, set[str]] = {}
    for day, kept in state.days.items():
        found.setdefault(kept.batch, set()).add(day)
    return found

"""Decides which files a run publishes, under which keys, and writes the manifest that names them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from pyspark.sql import Row

from drivewatch_summaries.hours import FORMULA_VERSIONS
from drivewatch_summaries.render import METRICS, compact_json
from drivewatch_summaries.state import State

MANIFEST_KEY = "summaries/manifest.json"
RUNS = "summaries/"
_RUN_PREFIX = "run="


def run_id(state: State, drivers: str) -> str:
    """Returns a name for the results: the same results have the same name, however they came about.

    drivers: the text of drivers.json, which holds the plates; the fingerprints stand for the rest.
    """
    days = {day: kept.fingerprint for day, kept in sorted(state.days.items())}
    facts = compact_json([FORMULA_VERSIONS, state.time_zone, days, drivers])
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def run_folder(run: str) -> str:
    return f"{RUNS}{_RUN_PREFIX}{run}/"


def run_of(key: str) -> str | None:
    """Returns the run that an object belongs to."""
    folder = key.removeprefix(RUNS).split("/")[0]
    return folder.removeprefix(_RUN_PREFIX) if folder.startswith(_RUN_PREFIX) else None


def day_key(run: str, day: str) -> str:
    return f"{run_folder(run)}days/{day}.json.gz"


def manifest(state: State, run: str, drivers: Iterable[Row]) -> bytes:
    """Returns the text of the manifest. drivers: rows of `totals`."""
    rows = list(drivers)
    first, last = _reach(state, rows)
    sources = state.sources.values()
    facts = {
        "run": run,
        "timeZone": state.time_zone,
        "from": first,
        "to": last,
        "rowsGood": sum(source.good for source in sources),
        "rowsRejected": sum(source.rejected for source in sources),
        "rowsDeadClock": sum(source.dead_clock for source in sources),
        "inputFiles": len(sources),
        "drivers": len(rows),
        "formulaVersions": FORMULA_VERSIONS,
        "files": {
            "hourlyCsv": hourly_csv_key(run),
            "drivers": drivers_key(run),
            "metrics": {metric: metric_key(run, metric) for metric in METRICS},
            "days": {day: day_key(run, day) for day in sorted(state.days)},
        },
    }
    return compact_json(facts).encode()


def manifest_run(text: bytes) -> str | None:
    """Returns the run that a manifest names."""
    return json.loads(text).get("run")


def hourly_csv_key(run: str) -> str:
    return f"{run_folder(run)}hourly.csv"


def drivers_key(run: str) -> str:
    return f"{run_folder(run)}drivers.json.gz"


def metric_key(run: str, metric: str) -> str:
    return f"{run_folder(run)}{metric}.csv"


def runs_to_remove(retired: Mapping[str, float], now_s: float, kept_s: float) -> list[str]:
    """Returns the runs that were replaced so long ago that no page reads them any more."""
    return sorted(run for run, since_s in retired.items() if now_s - since_s >= kept_s)


def _reach(state: State, drivers: list[Row]) -> tuple[str, str]:
    """Returns the wall times of the first and the last record whose clock is not dead; if all are, of their first and
    last day.

    drivers: rows of `totals`.
    """
    told = [row for row in drivers if row["first_at_ms"] is not None]
    if not told:
        return f"{min(state.days)}T00:00:00", f"{max(state.days)}T23:59:59"
    zone = ZoneInfo(state.time_zone)
    return (
        _wall_time(min(row["first_at_ms"] for row in told), zone),
        _wall_time(max(row["last_at_ms"] for row in told), zone),
    )


def _wall_time(epoch_ms: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(epoch_ms / 1000, timezone.utc).astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")

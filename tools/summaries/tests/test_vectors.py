"""Tests that the job reads rows and times like `POST /addData` and the import, by the vectors of libs/contracts."""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from conftest import LINES_SCHEMA, WORKSPACE
from detail_rows import a_row
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from drivewatch_summaries.clean import clean
from drivewatch_summaries.record_clock import is_dead_clock
from drivewatch_summaries.repeated_hour import decide
from drivewatch_summaries.schema import CLEAN_SCHEMA, UNDECIDED
from drivewatch_summaries.spark import start_spark

FOLDER = WORKSPACE / "libs/contracts/test-vectors"
ROWS, CLOCKS, WALL_TIMES = (
    json.loads((FOLDER / f"{name}.json").read_text()) for name in ("detail-rows", "clocks", "wall-times")
)
AFTER_EVERYTHING = "2100-01-02T00:00:00Z"

READERS: dict[str, Callable[[Row], object]] = {
    "position": lambda row: None if row["latitude_deg"] is None else [row["latitude_deg"], row["longitude_deg"]],
    "speedKmh": lambda row: None if row["speed_milli_kmh"] is None else row["speed_milli_kmh"] / 1000,
    "recordedAt": lambda row: row["at_ms"],
    "driverId": lambda row: row["driver_id"],
    "plateNumber": lambda row: row["plate_number"],
}
NOT_KEPT = {"siteName"}
"""The job checks sites but counts nothing by them."""


def ms(instant: str) -> int:
    """Returns the epoch milliseconds of an ISO 8601 time in UTC."""
    seconds = datetime.fromisoformat(instant.removesuffix("Z") + "+00:00").timestamp()
    return round(seconds * 1000)


def wrong_of(reason: str | None) -> str | None:
    """Returns what is wrong, in the terms of the vectors."""
    if reason is None:
        return None
    if reason.startswith("has one of"):
        return "position"
    if reason.startswith("has the flags"):
        return "flags"
    return "shape" if reason.startswith(("has ", "is not valid CSV")) else reason.split()[0]


def test_judges_and_reads_every_row_as_libs_contracts_does(spark: SparkSession) -> None:
    lines = [(vector["row"], "file:///a", ms(vector.get("arrivedAt", AFTER_EVERYTHING)), 0, 0) for vector in ROWS]
    judged = clean(spark.createDataFrame(lines, LINES_SCHEMA)).collect()
    found = {vector["about"]: wrong_of(row["reason"]) for vector, row in zip(ROWS, judged, strict=True)}
    assert found == {vector["about"]: vector["wrong"] for vector in ROWS}
    read, expected = ({}, {})
    for vector, row in zip(ROWS, judged, strict=True):
        for name, value in vector.get("reads", {}).items():
            if name not in NOT_KEPT:
                read[vector["about"], name] = READERS[name](row)
                expected[vector["about"], name] = ms(value) if name == "recordedAt" else value
    assert read == expected
    assert {name for _, name in read} == set(READERS)


def test_knows_a_dead_clock_as_libs_contracts_does(spark: SparkSession) -> None:
    times = [(ms(vector["recordedAt"]), ms(vector["receivedAt"])) for vector in CLOCKS]
    judged = spark.createDataFrame(times, "at_ms long, arrived_ms long").select(
        is_dead_clock(F.col("at_ms"), F.col("arrived_ms")).alias("dead")
    )
    found = {vector["about"]: row["dead"] for vector, row in zip(CLOCKS, judged.collect(), strict=True)}
    assert found == {vector["about"]: vector["dead"] for vector in CLOCKS}


def test_reads_wall_times_of_files_as_libs_contracts_says(session: SparkSession) -> None:
    by_zone: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for file in WALL_TIMES["files"]:
        by_zone[file["zone"]].append(file)
    for zone, files in by_zone.items():
        rows = read_files(
            start_spark(zone), [[a_row(row["driver"], row["time"]) for row in file["rows"]] for file in files]
        )
        for number, file in enumerate(files):
            found = sorted((row["driver_id"], row["at_ms"]) for row in rows if row["source"] == f"file:///{number}")
            assert found == sorted((row["driver"], ms(row["recordedAt"])) for row in file["rows"]), file["about"]


def read_files(spark: SparkSession, files: list[list[str]]) -> list[Row]:
    """Returns the rows of several files, as the job reads them."""
    lines = [
        (line, f"file:///{number}", ms(AFTER_EVERYTHING), 0, place)
        for number, file in enumerate(files)
        for place, line in enumerate(file)
    ]
    cleaned = clean(spark.createDataFrame(lines, LINES_SCHEMA)).collect()
    undecided = [row for row in cleaned if row["day"] == UNDECIDED]
    decided = decide(spark.createDataFrame(undecided, CLEAN_SCHEMA)).collect() if undecided else []
    return [*(row for row in cleaned if row["day"] != UNDECIDED), *decided]

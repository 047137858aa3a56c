"""Provides one Spark for all tests, started as the job starts it."""

import json
import os
import shlex
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from quick_pyspark import quick_pyspark

from drivewatch_summaries.clean import clean
from drivewatch_summaries.hours import day_rows, summarise
from drivewatch_summaries.schema import CLEAN_SCHEMA, REJECTED
from drivewatch_summaries.spark import start_spark

WORKSPACE = Path(__file__).resolve().parents[3]
PLANS_AS_THEY_ARE = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
FILES_IN_ONE_TASK = {"spark.sql.leafNodeDefaultParallelism": "1"}
JAVA_OPTIONS = [
    *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:ReservedCodeCacheSize=240m"),
    *("-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote"),
]
LINES_SCHEMA = "value string, source string, arrived_ms long, part_offset long, part_row long"
ARRIVED_MS = 1_795_953_600_000
"""2026-11-29 12:00 UTC, the arrival of lines for which a test gives none."""
CONTRACT = WORKSPACE / "dist/libs/contracts/contract.json"

# These settings are what spark-submit would set, for inputs of a few rows. Java compiles only in its first tier, since
# most of a test's time would go into the second; it has room to keep what it has compiled, and trusts Spark's classes.
# One partition is planned once, files of a few kilobytes are read by one task, and plans run as they are, since
# generating code and compiling it takes almost half of the time of all tests. Tests that use `generated_code` compare
# its results with those of plans, and tests of files in several parts cut them themselves or use `several_tasks`.
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
SPARK_OPTIONS = [
    "--master=local[2]",
    f"--driver-java-options={' '.join(JAVA_OPTIONS)}",
    "--conf=spark.ui.enabled=false",
    "--conf=spark.ui.showConsoleProgress=false",
    "--conf=spark.sql.shuffle.partitions=1",
    "--conf=spark.sql.adaptive.enabled=false",
    *[f"--conf={name}={value}" for name, value in {**PLANS_AS_THEY_ARE, **FILES_IN_ONE_TASK}.items()],
    "--conf=spark.driver.host=127.0.0.1",
    "--conf=spark.driver.bindAddress=127.0.0.1",
]
os.environ["PYSPARK_SUBMIT_ARGS"] = shlex.join([*SPARK_OPTIONS, "pyspark-shell"])


@pytest.fixture(scope="session")
def session() -> Iterator[SparkSession]:
    with quick_pyspark():
        spark = start_spark("UTC")
        yield spark
        spark.stop()


@contextmanager
def without(session: SparkSession, settings: dict[str, str]) -> Iterator[None]:
    """Restores Spark's defaults for these settings within the block."""
    for name in settings:
        session.conf.unset(name)
    try:
        yield
    finally:
        for name, value in settings.items():
            session.conf.set(name, value)


@pytest.fixture(scope="module")
def generated_code(session: SparkSession) -> Callable[[], AbstractContextManager[None]]:
    """Lets Spark generate code for its plans within the block, as it does by default."""
    return lambda: without(session, PLANS_AS_THEY_ARE)


@pytest.fixture
def several_tasks(session: SparkSession) -> Iterator[None]:
    """Lets Spark read files by several tasks at once, as it does by default."""
    with without(session, FILES_IN_ONE_TASK):
        yield


@pytest.fixture
def spark(session: SparkSession) -> SparkSession:
    """Returns the session, for a fleet in UTC; tests of other zones call `start_spark`, as the job does."""
    return start_spark("UTC")


def lines_in(spark: SparkSession, *texts: str, source: str = "file:///a", arrived_ms: int = ARRIVED_MS) -> DataFrame:
    """Returns lines of one file as the job reads them, in order."""
    return spark.createDataFrame([(text, source, arrived_ms, 0, row) for row, text in enumerate(texts)], LINES_SCHEMA)


def summarised(lines: DataFrame) -> DataFrame:
    """Returns the hours of lines that are all records."""
    return summarised_rows(lines.sparkSession, clean(lines).collect())


def summarised_rows(spark: SparkSession, rows: list[Row]) -> DataFrame:
    """Returns the hours of clean rows, none of which is rejected."""
    assert [row["reason"] for row in rows if row["day"] == REJECTED] == []
    return summarise(day_rows(spark.createDataFrame(rows, CLEAN_SCHEMA)))


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    """Returns the contract of libs/contracts."""
    assert CONTRACT.exists(), "build it with: npx nx run contracts:schema"
    return json.loads(CONTRACT.read_text())

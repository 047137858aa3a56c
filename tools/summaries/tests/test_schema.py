"""Tests that the job's names are those of libs/contracts."""

import json
from typing import Any

import jsonschema
import pytest
from pyspark.sql import Row

from drivewatch_summaries import publication, render, schema
from drivewatch_summaries.state import Day, Source, State


def as_java_reads(pattern: dict[str, Any]) -> str:
    """Returns the pattern in Java's syntax: Java's `$` also matches before a last line break, and one letter is quicker
    written twice than flagged.
    """
    text = pattern["source"].removesuffix("$") + r"\z"
    return text.replace("(?:e[", "(?:[eE][") if pattern["ignoreCase"] else text


def test_columns_are_those_of_the_contract(contract: dict[str, Any]) -> None:
    assert list(schema.DETAIL_RECORD_COLUMNS) == contract["detailRecordColumns"]
    assert contract["shortRowFields"] == schema.SHORT_ROW
    assert list(render.HOURLY_CSV_COLUMNS) == contract["hourlyCsvColumns"]
    assert list(render.METRIC_CSV_COLUMNS) == contract["metricCsvColumns"]
    assert list(render.DAY_VALUES) == contract["dayColumns"]
    assert list(render.METRICS) == contract["summaryMetrics"]


@pytest.mark.parametrize(
    ("column", "limit"),
    [
        ("Latitude", "latitudeDeg"),
        ("Longtitude", "longitudeDeg"),
        ("Speed", "speedKmh"),
        ("Direction", "headingDeg"),
        ("neutralSlideTime", "durationSeconds"),
        ("overspeedTime", "durationSeconds"),
    ],
)
def test_bounds_of_numbers_are_those_of_the_contract(contract: dict[str, Any], column: str, limit: str) -> None:
    least, most = schema.LIMITS[column]
    assert {"min": least, "max": most} == contract["limits"][limit]


def test_bounds_of_times_and_texts_are_those_of_the_contract(contract: dict[str, Any]) -> None:
    limits = contract["limits"]
    assert limits["recordedAtMs"] == {"min": schema.EARLIEST_MS, "max": schema.LATEST_MS}
    assert {
        "carPlateNumber": limits["plateNumberLength"],
        "siteName": limits["siteNameLength"],
    } == schema.TEXT_LENGTHS


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("driverId", schema.DRIVER_ID_PATTERN),
        ("decimal", schema.DECIMAL_PATTERN),
        ("wallTime", schema.WALL_TIME_PATTERN),
        ("isoTime", schema.ISO_TIME_PATTERN),
    ],
)
def test_patterns_are_those_of_the_contract(contract: dict[str, Any], name: str, pattern: str) -> None:
    assert pattern == as_java_reads(contract["patterns"][name])


def test_every_flag_of_the_contract_is_read(contract: dict[str, Any]) -> None:
    flags = [name for name in contract["detailRecordColumns"] if name.startswith("is")]
    assert list(schema.FLAGS) == flags


def test_manifest_is_one_of_the_contract(contract: dict[str, Any]) -> None:
    state = State(
        "Asia/Shanghai",
        sources={"records/a": Source("1", 1, "file:///a", ["2017-01-01"], good=2, rejected=1, dead_clock=1)},
        days={"2017-01-01": Day(2, "17")},
    )
    totals = [
        Row(driver_id="d1", plate_number="P1", first_at_ms=1483228800000, last_at_ms=1483228805000),
        Row(driver_id="d2", plate_number="", first_at_ms=None, last_at_ms=None),
    ]
    manifest = json.loads(publication.manifest(state, "0123456789abcdef", totals))
    jsonschema.validate(manifest, contract["summaryManifest"])
    assert contract["summaryManifestKey"] == publication.MANIFEST_KEY
    assert manifest == {
        "run": "0123456789abcdef",
        "timeZone": "Asia/Shanghai",
        "from": "2017-01-01T08:00:00",
        "to": "2017-01-01T08:00:05",
        "rowsGood": 2,
        "rowsRejected": 1,
        "rowsDeadClock": 1,
        "inputFiles": 1,
        "drivers": 2,
        "formulaVersions": {"drivingSeconds": 1, "distance": 2},
        "files": {
            "hourlyCsv": "summaries/run=0123456789abcdef/hourly.csv",
            "drivers": "summaries/run=0123456789abcdef/drivers.json.gz",
            "metrics": {
                metric: f"summaries/run=0123456789abcdef/{metric}.csv" for metric in contract["summaryMetrics"]
            },
            "days": {"2017-01-01": "summaries/run=0123456789abcdef/days/2017-01-01.json.gz"},
        },
    }


def test_drivers_file_is_one_of_the_contract(contract: dict[str, Any]) -> None:
    totals = [Row(driver_id="d1", plate_number="华A1"), Row(driver_id="d2", plate_number="")]
    text = render.drivers_json(totals)
    assert text == '[["d1","华A1"],["d2",""]]'
    jsonschema.validate(json.loads(text), contract["summaryDrivers"])

"""Tests how lines become typed rows.

As in test_hours.py, the lines of all tests are computed together: a test names its own in the mark `lines`.
"""

import sys
import unicodedata
from dataclasses import dataclass

import pytest
from conftest import ARRIVED_MS, LINES_SCHEMA, lines_in
from detail_rows import a_row
from pyspark.sql import Row, SparkSession
from pyspark.sql.types import DataType

from drivewatch_summaries.clean import clean, lines_of
from drivewatch_summaries.schema import CLEAN_SCHEMA, PLAIN_TEXT_RANGES, REJECTED, UNDECIDED
from drivewatch_summaries.spark import start_spark

LONGEST_LINE = 10_000
SPEEDS = "a number from 0 to 500 (km/h), or in a row with a flag less than 0 or nothing"


@dataclass
class Cleaned:
    columns: list[tuple[str, DataType]]
    rows: list[Row]


@pytest.fixture(scope="module")
def cleaned(session: SparkSession, request: pytest.FixtureRequest) -> Cleaned:
    """Returns the rows of every test's lines; each test is one file."""
    spark = start_spark("UTC")
    lines = [
        (text, source_of(test), mark.kwargs.get("arrived_ms", ARRIVED_MS), 0, number)
        for test in request.session.items
        if test.parent is request.node
        for mark in test.iter_markers("lines")
        for number, text in enumerate(mark.args)
    ]
    frame = clean(spark.createDataFrame(lines, LINES_SCHEMA))
    return Cleaned([(field.name, field.dataType) for field in frame.schema], frame.collect())


@pytest.fixture
def rows(cleaned: Cleaned, request: pytest.FixtureRequest) -> list[Row]:
    """Returns the rows of the test's lines, in their order."""
    return [row for row in cleaned.rows if row["source"] == source_of(request.node)]


def source_of(test: pytest.Item) -> str:
    return f"file:///{test.name}"


def times(spark: SparkSession, *wall_times: str) -> list[tuple[int, str, int]]:
    cleaned = clean(lines_in(spark, *(a_row(time=time) for time in wall_times)))
    return [(row["at_ms"], row["day"], row["hour"]) for row in cleaned.collect()]


@pytest.fixture(scope="module")
def rows_of_files(session: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    """Returns the rows of files that other programs may have written, by name."""
    files = {
        "windows": f"\ufeff{a_row('d1')}\r\n\r\n{a_row('d2', isOilLeak=1)}\r\n".encode(),
        "gbk": "d1,华A1,,,72,,,2017-01-01 08:00:00\n".encode("gbk"),
    }
    folder = tmp_path_factory.mktemp("files")
    for name, body in files.items():
        (folder / name).write_bytes(body)
    rows = clean(lines_of(start_spark("UTC").read.text(str(folder)))).orderBy("driver_id").collect()
    return {name: [row for row in rows if row["source"].endswith(f"/{name}")] for name in files}


NEW_YORK = {
    "repeated": "2017-11-05 01:30:00",
    "repeated with its offset": "2017-11-05T01:30:00-05:00",
    "after the repeat": "2017-11-05 02:00:00",
    "before the gap": "2017-03-12 01:59:59",
    "skipped": "2017-03-12 02:30:00",
    "after the gap": "2017-03-12 03:30:00",
}


@pytest.fixture(scope="module")
def new_york(session: SparkSession) -> dict[str, tuple[int, str, int]]:
    """Returns what the job makes of times of New York."""
    return dict(zip(NEW_YORK, times(start_spark("America/New_York"), *NEW_YORK.values()), strict=True))


def test_has_the_columns_of_its_schema(cleaned: Cleaned) -> None:
    assert cleaned.columns == [(field.name, field.dataType) for field in CLEAN_SCHEMA]


@pytest.mark.lines("likun1000003,华AVM936,32.056444,118.777589,72.5,211,,2017-01-01 08:00:05")
def test_reads_a_row_of_8_fields(rows: list[Row]) -> None:
    [row] = rows
    assert row.asDict() == {
        "source": "file:///test_reads_a_row_of_8_fields",
        "driver_id": "likun1000003",
        "plate_number": "华AVM936",
        "at_ms": 1483257605000,
        "hour": 8,
        "latitude_deg": 32.056444,
        "longitude_deg": 118.777589,
        "speed_milli_kmh": 72500,
        "rapid_speedup": False,
        "rapid_slowdown": False,
        "neutral_slide": False,
        "neutral_slide_finished": False,
        "overspeed": False,
        "overspeed_finished": False,
        "fatigue": False,
        "throttle_stop": False,
        "oil_leak": False,
        "neutral_slide_ms": 0,
        "overspeed_ms": 0,
        "dead_clock": False,
        "part_offset": None,
        "part_row": None,
        "reason": None,
        "line": None,
        "day": "2017-01-01",
    }


FULL = "d1,P1,1,2,3,4,site,2017-01-01 00:00:00,1,1,1,1,5,1,1,6.5,1,1,1"


@pytest.mark.lines(FULL, f"{FULL},")
def test_reads_a_full_row_with_and_without_a_trailing_comma(rows: list[Row]) -> None:
    assert len(rows) == 2
    for row in rows:
        assert row["reason"] is None
        assert all(row[flag] for flag in ("rapid_speedup", "rapid_slowdown", "neutral_slide"))
        assert all(row[flag] for flag in ("neutral_slide_finished", "overspeed", "overspeed_finished"))
        assert all(row[flag] for flag in ("fatigue", "throttle_stop", "oil_leak"))
        assert (row["neutral_slide_ms"], row["overspeed_ms"]) == (5000, 6500)


FLAG_COLUMNS = {
    "isRapidlySpeedup": "rapid_speedup",
    "isRapidlySlowdown": "rapid_slowdown",
    "isNeutralSlide": "neutral_slide",
    "isNeutralSlideFinished": "neutral_slide_finished",
    "isOverspeed": "overspeed",
    "isOverspeedFinished": "overspeed_finished",
    "isFatigueDriving": "fatigue",
    "isHthrottleStop": "throttle_stop",
    "isOilLeak": "oil_leak",
}


@pytest.mark.lines(*(a_row(name, **{name: 1}) for name in FLAG_COLUMNS))
def test_reads_each_flag_into_its_own_column(rows: list[Row]) -> None:
    found = {row["driver_id"]: [name for name, value in row.asDict().items() if value is True] for row in rows}
    assert found == {name: [column] for name, column in FLAG_COLUMNS.items()}


@pytest.mark.lines('"d1","A,""1""",,,"72",,"Gate 3, north","2017-01-01 08:00:05"')
def test_reads_text_in_quotes(rows: list[Row]) -> None:
    [row] = rows
    assert (row["driver_id"], row["plate_number"], row["speed_milli_kmh"]) == ("d1", 'A,"1"', 72000)
    assert row["at_ms"] == 1483257605000


@pytest.mark.lines("d1,P1,,,fast,,,2017-01-01 08:00:00")
def test_says_what_is_wrong_with_a_row_and_keeps_it(rows: list[Row]) -> None:
    [row] = rows
    assert row["reason"] == f'Speed is "fast"; allowed: {SPEEDS}'
    assert row["line"] == "d1,P1,,,fast,,,2017-01-01 08:00:00"
    assert row["day"] == REJECTED


@pytest.mark.lines(a_row(Speed="9" * 41))
def test_quotes_no_more_than_40_characters_of_a_wrong_value(rows: list[Row]) -> None:
    [row] = rows
    assert row["reason"] == f'Speed is "{"9" * 40}…"; allowed: {SPEEDS}'


OVERLONG = ["x" * 1_000_000, '","' * 100_000]


@pytest.mark.lines(*OVERLONG)
def test_rejects_an_overlong_line_and_keeps_its_beginning(rows: list[Row]) -> None:
    assert [row["reason"] for row in rows] == ["is longer than 10,000 bytes"] * 2
    assert [row["line"] for row in rows] == [text[:LONGEST_LINE] for text in OVERLONG]


@pytest.mark.lines('","' * 3_333, '"' * LONGEST_LINE, "," * LONGEST_LINE)
def test_judges_a_line_of_quotes_and_commas_without_end(rows: list[Row]) -> None:
    assert [row["reason"].split(";")[0] for row in rows] == [
        "has 1 fields",
        "has 1 fields",
        "has 10001 fields",
    ]


@pytest.mark.lines("", "   ", a_row())
def test_blank_lines_are_no_rows(rows: list[Row]) -> None:
    assert [row["driver_id"] for row in rows] == ["d1"]


def test_reads_a_file_with_a_byte_order_mark_windows_line_ends_and_blank_lines(
    rows_of_files: dict[str, list[Row]],
) -> None:
    assert [(row["driver_id"], row["oil_leak"], row["reason"]) for row in rows_of_files["windows"]] == [
        ("d1", False, None),
        ("d2", True, None),
    ]


def test_rejects_text_that_is_not_utf8(rows_of_files: dict[str, list[Row]]) -> None:
    assert [row["reason"] for row in rows_of_files["gbk"]] == ["is not valid UTF-8"]


def test_day_and_hour_are_those_of_the_fleets_wall_clock(session: SparkSession) -> None:
    spark = start_spark("Asia/Shanghai")
    assert times(spark, "2017-01-02 00:30:00", "2017-01-01T16:30:00Z", "2017-01-01T08:30:00-08:00") == [
        (1483288200000, "2017-01-02", 0),
        (1483288200000, "2017-01-02", 0),
        (1483288200000, "2017-01-02", 0),
    ]


def test_leaves_open_which_of_two_instants_a_repeated_wall_time_is_and_begins_with_the_earlier(
    new_york: dict[str, tuple[int, str, int]],
) -> None:
    assert new_york["repeated"] == (1509859800000, UNDECIDED, 1)  # 05:30 UTC
    assert new_york["repeated with its offset"] == (1509863400000, "2017-11-05", 1)  # 06:30 UTC
    assert new_york["after the repeat"] == (1509865200000, "2017-11-05", 2)  # 07:00 UTC


def test_moves_a_time_that_the_clocks_skip_to_after_the_change(new_york: dict[str, tuple[int, str, int]]) -> None:
    assert new_york["before the gap"] == (1489301999000, "2017-03-12", 1)  # 06:59:59 UTC
    assert new_york["skipped"] == (1489303800000, "2017-03-12", 3)  # 07:30 UTC
    assert new_york["after the gap"] == (1489303800000, "2017-03-12", 3)


AHEAD = ["2020-03-02 12:00:00", "2020-03-02 12:00:01", "2020-03-02T12:00:00.001Z"]


# The file was written on 1 March 2020 at 12:00 UTC.
@pytest.mark.lines(*(a_row(time=time) for time in AHEAD), arrived_ms=1583064000000)
def test_says_by_how_much_a_row_may_be_ahead_of_its_file(rows: list[Row]) -> None:
    allowed = "allowed: at most 24 hours ahead of when the file was written, which was at 2020-03-01 12:00:00"
    assert [row["reason"] for row in rows] == [
        None,
        f'Time is "2020-03-02 12:00:01"; {allowed}',
        f'Time is "2020-03-02T12:00:00.001Z"; {allowed}',
    ]


@pytest.mark.lines(a_row(carPlateNumber="A\u202e1"), a_row(siteName="\u2069Gate"))
def test_names_the_direction_mark_that_a_text_holds(rows: list[Row]) -> None:
    assert [row["reason"].split(";")[0] for row in rows] == [
        "carPlateNumber holds U+202E, a direction mark",
        "siteName holds U+2069, a direction mark",
    ]


@pytest.mark.lines(
    *(a_row(Speed=speed, **flag) for flag in ({"isOilLeak": 1}, {"isOilLeak": 0}) for speed in ("-1", "", "-0"))
)
def test_a_speed_may_be_absent_only_where_a_flag_says_what_happened(rows: list[Row]) -> None:
    assert [(row["speed_milli_kmh"], row["oil_leak"], row["reason"] is None) for row in rows[:3]] == [
        (None, True, True),
        (None, True, True),
        (0, True, True),
    ]
    assert [row["reason"] for row in rows[3:]] == [
        f'Speed is "-1"; allowed: {SPEEDS}',
        f'Speed is ""; allowed: {SPEEDS}',
        None,
    ]


COMPOSED, DECOMPOSED = (
    unicodedata.normalize(form, "Nguyễn 김,Ñ 1,,,0,,Café,2017-01-01 08:00:00") for form in ("NFC", "NFD")
)


@pytest.mark.lines(COMPOSED, DECOMPOSED)
def test_names_are_the_same_however_they_are_composed(rows: list[Row]) -> None:
    assert COMPOSED != DECOMPOSED
    assert [(row["driver_id"], row["plate_number"], row["reason"]) for row in rows] == [("Nguyễn 김", "Ñ 1", None)] * 2


def test_characters_of_plain_rows_are_those_that_nfc_leaves_alone() -> None:
    plain = [chr(code) for first, last in PLAIN_TEXT_RANGES for code in range(ord(first), ord(last) + 1)]
    pairs = (unicodedata.decomposition(char).split() for char in map(chr, range(sys.maxunicode + 1)))
    joins_others = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and not pair[0].startswith("<")}
    assert "\u0301" in joins_others
    assert [char for char in plain if unicodedata.normalize("NFC", char) != char] == []
    assert [char for char in plain if unicodedata.combining(char) or char in joins_others] == []

"""Rows of detail-record files for tests."""

from drivewatch_summaries.schema import DETAIL_RECORD_COLUMNS, SHORT_ROW


def a_row(driver: str = "d1", time: str = "2017-01-01 08:00:00", **fields: object) -> str:
    """Returns the line of one record without its end.

    fields: by wire name. The row has 8 fields, as the original system writes them, or 19 and a trailing comma when
    something happened.
    """
    values = {"carPlateNumber": "P1", "Speed": 0, **fields, "driverID": driver, "Time": time}
    unknown = values.keys() - set(DETAIL_RECORD_COLUMNS)
    assert not unknown, f"no column of a detail record: {unknown}"
    texts = [str(values.get(name, "")) for name in DETAIL_RECORD_COLUMNS]
    return ",".join(texts[:SHORT_ROW]) if not any(texts[SHORT_ROW:]) else ",".join(texts) + ","


def at(driver: str, time: str, latitude: float | str, longitude: float | str = 20, **fields: object) -> str:
    """Returns the line of a record with a position, which 0 and 0 are not. time: on 1 January 2017 unless it has a
    date.
    """
    moment = time if "-" in time else f"2017-01-01 {time}"
    return a_row(driver, moment, Latitude=latitude, Longtitude=longitude, **fields)

"""Decides where rejected rows are put, and in which form."""

from collections.abc import Iterator

from pyspark.sql import Row

from drivewatch_summaries.render import compact_json

REJECTED_ROWS = "rejected/"


def rejected_key(key: str) -> str:
    """Returns where the rejected rows of an input file go. key: that of the input file."""
    return f"{REJECTED_ROWS}{key}.jsonl"


def rejected_lines(key: str, rows: Iterator[Row]) -> Iterator[bytes]:
    """Yields each row with what is wrong with it, as a line of JSON. rows: of CLEAN_SCHEMA, all of input file `key`."""
    for row in rows:
        yield (compact_json({"file": key, "reason": row["reason"], "row": row["line"]}) + "\n").encode()

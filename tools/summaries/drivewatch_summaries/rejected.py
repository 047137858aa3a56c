"""Where rows that are no records are put, and how."""

from collections.abc import Iterator

from pyspark.sql import Row

from drivewatch_summaries.render import compact_json

REJECTED_ROWS = "rejected/"


def rejected_key(key: str) -> str:
    """Where the rejected rows of an input file go. key: of the input file."""
    return f"{REJECTED_ROWS}{key}.jsonl"


def rejected_lines(key: str, rows: Iterator[Row]) -> Iterator[bytes]:
    """Each row with what is wrong with it, as one line of JSON. rows: of CLEAN_SCHEMA, all of the input file `key`."""
    for row in rows:
        yield (compact_json({"file": key, "reason": row["reason"], "row": row["line"]}) + "\n").encode()

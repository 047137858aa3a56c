"""The job and `POST /addData` take the same rows for records: libs/contracts checks the same lines."""

import json
from collections.abc import Callable

from conftest import WORKSPACE
from pyspark.sql import DataFrame

from drivewatch_summaries.clean import clean

VECTORS = json.loads((WORKSPACE / "libs/contracts/test-vectors/detail-rows.json").read_text())


def test_judges_every_row_as_libs_contracts_does(lines: Callable[..., DataFrame]) -> None:
    judged = clean(lines(*(vector["row"] for vector in VECTORS))).select("reason").collect()
    found = {vector["about"]: wrong_of(row["reason"]) for vector, row in zip(VECTORS, judged, strict=True)}
    assert found == {vector["about"]: vector["wrong"] for vector in VECTORS}


def wrong_of(reason: str | None) -> str | None:
    """What is wrong, in the words of the vectors."""
    if reason is None:
        return None
    if reason.startswith("has one of"):
        return "position"
    if reason.startswith("has the flags"):
        return "flags"
    return "shape" if reason.startswith(("has ", "is not valid CSV")) else reason.split()[0]

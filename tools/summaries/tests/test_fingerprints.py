"""Days are published again where their fingerprints differ, so these stand for all that a day says."""

from collections.abc import Callable

from conftest import summarised
from detail_rows import a_row
from pyspark.sql import DataFrame

from drivewatch_summaries.hours import fingerprints


def test_fingerprint_of_a_day_stands_for_its_rows_and_not_for_their_order(lines: Callable[..., DataFrame]) -> None:
    rows = [a_row("d1", Speed=1), a_row("d2", Speed=2), a_row("d3", "2017-01-02 08:00:00")]

    def of(*texts: str) -> dict[str, str]:
        return {row["day"]: row["fingerprint"] for row in fingerprints(summarised(lines(*texts))).collect()}

    first, second = of(*rows), of(*rows[:1], a_row("d2", Speed=3), *rows[2:])
    assert of(*rows[::-1]) == first
    assert second["2017-01-02"] == first["2017-01-02"]
    assert second["2017-01-01"] != first["2017-01-01"]

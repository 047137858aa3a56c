"""Tests the fingerprints of days: a day is published again if its fingerprint differs, so it must cover everything."""

from conftest import lines_in, summarised_rows
from detail_rows import a_row
from pyspark.sql import Row, SparkSession

from drivewatch_summaries.clean import clean
from drivewatch_summaries.hours import fingerprints


def test_fingerprint_of_a_day_stands_for_its_rows_and_not_for_their_order(spark: SparkSession) -> None:
    texts = [a_row("d1", Speed=1), a_row("d2", Speed=2), a_row("d3", "2017-01-02 08:00:00"), a_row("d2", Speed=3)]
    one, two, other_day, changed = clean(lines_in(spark, *texts)).collect()

    def of(*rows: Row) -> dict[str, str]:
        found = fingerprints(summarised_rows(spark, list(rows))).collect()
        return {row["day"]: row["fingerprint"] for row in found}

    first, second = of(one, two, other_day), of(one, changed, other_day)
    assert of(other_day, two, one) == first
    assert second["2017-01-02"] == first["2017-01-02"]
    assert second["2017-01-01"] != first["2017-01-01"]

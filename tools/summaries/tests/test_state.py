"""Tests how the present files compare with what earlier runs have kept."""

import json
from pathlib import Path

import pytest

from drivewatch_summaries import state as st
from drivewatch_summaries.buckets import Entry
from drivewatch_summaries.folder_bucket import FolderBucket


def an_entry(key: str, version: str = "1", size: int | None = None) -> Entry:
    return Entry(key, len(key) if size is None else size, version, 0)


def a_source(version: str = "1", batch: int = 1, days: tuple[str, ...] = ("2017-01-01",)) -> st.Source:
    return st.Source(version, batch, f"file:///{batch}", list(days), good=1)


def never(key: str) -> str:
    raise AssertionError(f"{key} need not be read to see that it is the only one of its size")


def found(changes: st.Changes) -> tuple[list[str], list[str]]:
    return [entry.key for entry in changes.to_read], changes.to_forget


def test_reads_new_and_changed_files_and_forgets_those_that_are_gone() -> None:
    state = st.State("UTC", sources={"same": a_source(), "changed": a_source(), "gone": a_source()})
    entries = [an_entry("same"), an_entry("changed", "2"), an_entry("new")]
    entries = [Entry(entry.key, size, entry.version, 0) for size, entry in enumerate(entries)]
    assert found(st.changes(state, entries, never)) == (["changed", "new"], ["changed", "gone"])


def test_of_files_with_the_same_content_only_one_counts() -> None:
    contents = {"a": "x", "b": "x", "c": "y"}
    entries = [an_entry(key, size=10) for key in ("b", "a", "c")]
    assert found(st.changes(st.State("UTC"), entries, contents.__getitem__)) == (["a", "c"], [])


def test_a_copy_of_a_file_that_is_kept_changes_nothing() -> None:
    state = st.State("UTC", sources={"z": a_source()})
    entries = [an_entry("z"), an_entry("a")]
    assert found(st.changes(state, entries, lambda key: "x")) == ([], [])


def test_a_copy_takes_over_when_the_file_that_counted_is_gone() -> None:
    state = st.State("UTC", sources={"a": a_source()})
    assert found(st.changes(state, [an_entry("b")], never)) == (["b"], ["a"])


def test_a_file_that_becomes_a_copy_of_another_counts_no_more() -> None:
    state = st.State("UTC", sources={"a": a_source(), "b": a_source()})
    contents = {"a": "x", "b": "x"}
    assert found(st.changes(state, [an_entry("a"), an_entry("b", "2")], contents.__getitem__)) == ([], ["b"])


def test_content_is_hashed_once_for_each_version() -> None:
    state, asked = st.State("UTC"), []

    def content_hash(key: str) -> str:
        asked.append(key)
        return "x"

    for version in ("1", "1", "2"):
        st.changes(state, [an_entry("a"), an_entry("b", version)], content_hash)
    assert asked == ["a", "b", "b"]


def test_computes_changed_days_and_those_after_them_that_have_records() -> None:
    source = a_source(days=("2016-12-31", "2017-01-01", "2017-01-03"))
    state = st.State("UTC", sources={"a": source}, pending_days=["2016-12-31", "2017-01-01"])
    assert st.days_to_compute(state) == ["2016-12-31", "2017-01-01"]
    # A day that has lost all of its records still changes the day after it.
    state.pending_days = ["2017-01-02"]
    assert st.days_to_compute(state) == ["2017-01-03"]


def test_a_forgotten_file_is_left_out_of_its_batch() -> None:
    state = st.State("UTC", sources={"a": a_source(batch=3), "b": a_source(batch=4)})
    assert st.forget(state, "a").days == ["2017-01-01"]
    assert state.left_out == {"3": ["file:///3"]}
    assert st.days_of(state) == {"2017-01-01"}
    assert st.clean_batches(state, {"2017-01-01", "2017-01-02"}) == {4: {"2017-01-01"}}


def test_goes_on_from_what_was_committed(tmp_path: Path) -> None:
    bucket = FolderBucket(str(tmp_path))
    state = st.State("UTC", next_batch=4, sources={"a": a_source()}, days={"2017-01-01": st.Day(2, "17")})
    st.changes(state, [an_entry("a", size=1), an_entry("b", size=1)], lambda key: key)
    st.save(bucket, state)
    loaded = st.load(bucket, "UTC")
    assert (loaded.next_batch, loaded.sources, loaded.days) == (4, state.sources, state.days)
    assert found(st.changes(loaded, [an_entry("a", size=1), an_entry("b", size=1)], never)) == (["b"], [])


@pytest.mark.parametrize(
    "change",
    [{"time_zone": "Asia/Shanghai"}, {"layout": 0}, {"formula_versions": {"drivingSeconds": 0, "distance": 1}}],
)
def test_begins_anew_when_zone_layout_or_formulas_are_others(tmp_path: Path, change: dict[str, object]) -> None:
    bucket = FolderBucket(str(tmp_path))
    st.save(bucket, st.State("UTC", next_batch=4, sources={"a": a_source()}, retired_runs={"0a": 5.0}))
    stored = json.loads((tmp_path / st.STATE_KEY).read_text())
    bucket.write(st.STATE_KEY, json.dumps(stored | change).encode())
    loaded = st.load(bucket, "UTC")
    assert loaded.sources == {}
    # The folders of old batches are still there, and so are old runs.
    assert (loaded.next_batch, loaded.retired_runs) == (4, {"0a": 5.0})


def test_knows_the_days_around_the_end_of_a_month() -> None:
    assert st.neighbour("2016-02-28", 1) == "2016-02-29"
    assert st.neighbour("2017-01-01", -1) == "2016-12-31"

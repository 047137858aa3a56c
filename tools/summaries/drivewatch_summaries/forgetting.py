"""Handles the order of `npm run drivers -- erase`: to forget everything that earlier runs have made of rows.

libs/record-archive/src/erase-summaries.ts writes it.
"""

from drivewatch_summaries.buckets import Bucket, delete_below, read
from drivewatch_summaries.publication import RUNS, run_of
from drivewatch_summaries.rejected import REJECTED_ROWS
from drivewatch_summaries.state import State, save

FORGET_KEY = "summaries/forget"
UNDER_WAY = b"under way\n"
"""Rows are being erased: whatever is read now may be gone in a moment."""
FORGET = b"forget\n"
"""Rows were erased, and the results made before still show them."""
MADE_OF_ROWS = ("summaries/clean/", "summaries/hours/", "summaries/staging/", REJECTED_ROWS)


def wish(bucket: Bucket) -> bytes | None:
    """Returns the current order; None where there is none."""
    try:
        return read(bucket, FORGET_KEY)
    except KeyError:
        return None


def fulfilled(bucket: Bucket, wished: bytes) -> None:
    """Deletes the order, unless it has changed by now."""
    if wish(bucket) == wished:
        bucket.delete([FORGET_KEY])


def forget(records: Bucket, public: Bucket, state: State) -> None:
    """Deletes what earlier runs have kept, and marks what they published for deletion as soon as it is replaced.

    state: one that refers to none of it; it is committed first.
    """
    runs = {run_of(entry.key) for entry in public.list(RUNS)}
    state.retired_runs = {run: 0.0 for run in runs if run is not None}
    save(records, state)
    for prefix in MADE_OF_ROWS:
        delete_below(records, prefix)

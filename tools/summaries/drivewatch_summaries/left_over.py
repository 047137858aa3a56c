"""Knows where a run keeps its results, and removes old ones."""

import time

from drivewatch_summaries import publication as p
from drivewatch_summaries import state as st
from drivewatch_summaries.buckets import Bucket, delete_below
from drivewatch_summaries.rejected import REJECTED_ROWS, rejected_key

CLEAN = "summaries/clean/"
HOURS = "summaries/hours/"
STAGING = "summaries/staging/"
REPLACED_RUNS_KEPT_S = 24 * 3600


def clean_up(records: Bucket, public: Bucket, state: st.State) -> None:
    """Removes what no commit refers to, and runs that were replaced a day ago."""
    delete_below(records, STAGING)
    in_use = {
        *(f"{CLEAN}batch={source.batch}/" for source in state.sources.values()),
        *(f"{HOURS}batch={kept.batch}/" for kept in state.days.values()),
    }
    for kind in (CLEAN, HOURS):
        keys = (entry.key for entry in records.list(kind))
        records.delete([key for key in keys if "/".join(key.split("/")[:3]) + "/" not in in_use])
    state.left_out = {batch: paths for batch, paths in state.left_out.items() if f"{CLEAN}batch={batch}/" in in_use}
    wrong = {rejected_key(key) for key, source in state.sources.items() if source.rejected > 0}
    records.delete([entry.key for entry in records.list(REJECTED_ROWS) if entry.key not in wrong])
    runs = {p.run_of(entry.key) for entry in public.list(p.RUNS)} - {None, state.published_run}
    now_s = time.time()
    state.retired_runs = {run: state.retired_runs.get(run, now_s) for run in runs}
    for run in p.runs_to_remove(state.retired_runs, now_s, REPLACED_RUNS_KEPT_S):
        delete_below(public, p.run_folder(run))
        del state.retired_runs[run]
    st.save(records, state)

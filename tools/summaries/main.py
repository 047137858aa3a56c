"""The summaries job: reads the files of the private bucket and publishes what drivers did to the public one.

The steps, and what they read and write, are here; their computations are in drivewatch_summaries. docs/summaries.md
explains the steps and every file. Each step ends with a commit of `summaries/state.json`; files that a killed run wrote
after its last commit are not referred to, and the next run removes or overwrites them.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from itertools import groupby

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from drivewatch_summaries import forgetting
from drivewatch_summaries import hours as h
from drivewatch_summaries import publication as p
from drivewatch_summaries import render as r
from drivewatch_summaries import state as st
from drivewatch_summaries.arguments import parse_arguments
from drivewatch_summaries.buckets import Bucket, BucketError, Entry, read, sha256
from drivewatch_summaries.clean import clean, lines_of
from drivewatch_summaries.file_zones import FileZones, read_file_zones
from drivewatch_summaries.left_over import CLEAN, HOURS, STAGING, clean_up
from drivewatch_summaries.lock import RunUnderWayError, only_run
from drivewatch_summaries.open_bucket import open_bucket
from drivewatch_summaries.outcome import noted
from drivewatch_summaries.progress import Progress, fail
from drivewatch_summaries.rejected import rejected_key, rejected_lines
from drivewatch_summaries.repeated_hour import decide
from drivewatch_summaries.schema import CLEAN_SCHEMA, HOURS_SCHEMA, REJECTED, UNDECIDED
from drivewatch_summaries.spark import start_spark

INPUT = "records/"
MOST_HOURS_BATCHES = 24
"""Opening a folder takes as long as reading thousands of its rows; with more folders, all hours go into one."""


class JobError(Exception):
    """Raised with the reason why the run cannot go on, in one line."""


class Job:
    def __init__(self, records: Bucket, public: Bucket, time_zone: str, progress: Progress) -> None:
        self.records, self.public, self.time_zone, self.progress = records, public, time_zone, progress
        self._spark: SparkSession | None = None

    @property
    def spark(self) -> SparkSession:
        """Returns the session, which is started only when there is something to compute, since that takes seconds."""
        if self._spark is None:
            self.progress.say("starting Spark")
            self._spark = start_spark(self.time_zone)
        return self._spark

    def run(self, *, anew: bool = False) -> None:
        """Brings the public bucket up to date with the input. anew: forgets what earlier runs have kept."""
        wish = forgetting.wish(self.records)
        if wish == forgetting.UNDER_WAY:
            raise JobError("a driver is being erased; run again afterwards, or finish that: npm run drivers -- erase")
        state = st.load(self.records, self.time_zone)
        if anew or wish is not None:
            state = st.State(self.time_zone, next_batch=state.next_batch, retired_runs=state.retired_runs)
        if wish is not None:
            self.progress.say("rows were erased: everything is computed anew")
            forgetting.forget(self.records, self.public, state)
            forgetting.fulfilled(self.records, wish)
        entries = [entry for entry in self.records.list(INPUT) if st.is_input(entry.key)]
        if not entries:
            raise JobError(f"there is nothing in {self.records.url}/{INPUT}; archive or import records first")
        zones = read_file_zones(self.records, self.time_zone)
        marked = [zones.marked(entry) for entry in entries]
        # The same text means other records in another zone.
        changes = st.changes(state, marked, lambda key: zones.marked_text(key, sha256(self.records, key)))
        self.read_files(state, changes, zones)
        self.compute_days(state)
        if not state.days:
            raise JobError(f"no row in {self.records.url}/{INPUT} is a record; see rejected/ there for the reasons")
        self.publish(state)
        clean_up(self.records, self.public, state)

    # --- Rows

    def read_files(self, state: st.State, changes: st.Changes, zones: FileZones) -> None:
        """Stores the clean rows of new and changed files, and leaves out those of files that are gone."""
        touched = {day for key in changes.to_forget for day in st.forget(state, key).days}
        if not changes.to_read and not changes.to_forget:
            self.progress.say("no new files")
            return
        for zone, files in zones.by_zone(changes.to_read).items():
            batch, state.next_batch = state.next_batch, state.next_batch + 1
            found = self.clean_files(batch, files, zone)
            state.sources.update(found)
            touched.update(day for source in found.values() for day in source.days)
        state.pending_days = sorted({*state.pending_days, *touched})
        st.save(self.records, state)

    def clean_files(self, batch: int, files: list[Entry], zone: str) -> dict[str, st.Source]:
        """Stores the rows of files whose wall times are in one zone."""
        versions = {entry.key: entry.version for entry in files}
        folder = f"{CLEAN}batch={batch}/"
        counted = Observation("input")
        lines = lines_of(self.spark.read.text([self.records.spark_path(key) for key in versions]))
        lines = lines.observe(counted, F.count_if(F.trim("value") != "").alias("rows"))
        size = f"{sum(entry.size for entry in files) / 1e6:,.1f} MB"
        in_zone = "" if zone == self.time_zone else f", whose times are in {zone}"
        with self.progress.stage(self.spark, f"reading {len(versions)} files, {size}{in_zone}"):
            clean(lines, zone).write.mode("overwrite").parquet(self.records.spark_path(folder))
        rows = self.decided(folder, zone)
        counts = (F.count(F.lit(1)).alias("rows"), F.count_if("dead_clock").alias("dead_clock"))
        counted_rows = rows.groupBy("source", "day").agg(*counts).collect()
        found = st.sources(counted_rows, versions, batch, self.records.key_of)
        good, rejected, dead_clock = (
            sum(getattr(source, kind) for source in found.values()) for kind in ("good", "rejected", "dead_clock")
        )
        if good + rejected != counted.get["rows"]:
            raise JobError(f"of {counted.get['rows']} rows {good} were kept and {rejected} rejected; run again")
        self.progress.say(f"{good:,} rows kept, {rejected:,} rejected")
        if dead_clock:
            self.progress.say(f"  {dead_clock:,} of the rows kept have the time of a dead clock")
        for key in versions.keys() - found.keys():
            found[key] = st.Source(versions[key], batch, "")  # a file without a row
        self.write_rejected(rows, found)
        return found

    def decided(self, folder: str, zone: str) -> DataFrame:
        """Returns all rows of a batch, after those that may mean two instants have been decided and added."""
        path = self.records.spark_path(folder)
        # This is called anew each time, because a frame finds only the files that exist when it is made.
        read = self.spark.read.schema(CLEAN_SCHEMA).parquet
        is_undecided = F.col("day") == UNDECIDED
        undecided = read(path).where(is_undecided)
        if not undecided.isEmpty():
            with self.progress.stage(self.spark, "reading the hours that a clock change repeats"):
                decide(undecided, zone).write.mode("append").parquet(path)
        return read(path).where(~is_undecided)

    def write_rejected(self, rows: DataFrame, sources: dict[str, st.Source]) -> None:
        """Writes rejected rows where a person looks for them: one file for each input file that had any."""
        wrong = {key: source for key, source in sources.items() if source.rejected > 0}
        for key, source in sorted(wrong.items()):
            self.progress.say(f"  {key}: {source.rejected:,} of {source.good + source.rejected:,} rows rejected")
        if wrong:
            lines = rows.where(F.col("day") == REJECTED).select("source", "reason", "line").orderBy("source", "line")
            for path, some in groupby(lines.toLocalIterator(), key=lambda row: row["source"]):
                key = self.records.key_of(path)
                self.records.write(rejected_key(key), rejected_lines(key, some))

    # --- Hours

    def compute_days(self, state: st.State) -> None:
        """Computes the hours of the days whose rows have changed."""
        days = st.days_to_compute(state)
        if len(st.hours_batches(state)) >= MOST_HOURS_BATCHES:
            self.gather_hours(state)
        if days:
            batch, state.next_batch = state.next_batch, state.next_batch + 1
            folder = f"{HOURS}batch={batch}/"
            with self.progress.stage(self.spark, f"computing {len(days)} days, {days[0]} to {days[-1]}"):
                rows = self.clean_rows(state, {*days, *(st.neighbour(day, -1) for day in days)})
                hours = h.summarise(h.day_rows(rows).where(F.col("day").isin(days)))
                hours.write.mode("overwrite").parquet(self.records.spark_path(folder))
            written = self.spark.read.schema(HOURS_SCHEMA).parquet(self.records.spark_path(folder))
            for row in h.fingerprints(written).collect():
                state.days[row["day"]] = st.Day(batch, row["fingerprint"])
        if state.pending_days:
            existing = st.days_of(state)
            state.days = {day: kept for day, kept in state.days.items() if day in existing}
            state.pending_days = []
            st.save(self.records, state)

    def gather_hours(self, state: st.State) -> None:
        batch, state.next_batch = state.next_batch, state.next_batch + 1
        self.progress.say(f"gathering {len(state.days)} days")
        folder = self.records.spark_path(f"{HOURS}batch={batch}/")
        self.hours(state).coalesce(self.spark.sparkContext.defaultParallelism).write.mode("overwrite").parquet(folder)
        state.days = {day: replace(kept, batch=batch) for day, kept in state.days.items()}
        st.save(self.records, state)

    def clean_rows(self, state: st.State, days: set[str]) -> DataFrame:
        """Returns the good rows of the days, from the files that count."""
        frames = []
        for batch, batch_days in st.clean_batches(state, days).items():
            rows = self.read_batch(f"{CLEAN}batch={batch}/", batch_days, CLEAN_SCHEMA)
            left_out = state.left_out.get(str(batch), [])
            frames.append(rows.where(~F.col("source").isin(left_out)) if left_out else rows)
        return reduce(DataFrame.unionByName, frames)

    def hours(self, state: st.State) -> DataFrame:
        """Returns all hours of all days."""
        batches = st.hours_batches(state).items()
        frames = [self.read_batch(f"{HOURS}batch={batch}/", days, HOURS_SCHEMA) for batch, days in batches]
        return reduce(DataFrame.unionByName, frames)

    def read_batch(self, folder: str, days: set[str], schema: StructType) -> DataFrame:
        """Returns rows of the days; Parquet's statistics tell the reader which parts of the files hold none of them."""
        return self.spark.read.schema(schema).parquet(self.records.spark_path(folder)).where(F.col("day").isin(*days))

    # --- Publication

    def publish(self, state: st.State) -> None:
        """Writes the files of the run, then the manifest that names them."""
        if self.is_published(state):
            self.progress.say("nothing has changed since the published run")
            return
        hours = self.hours(state).persist()
        with self.progress.stage(self.spark, f"summing up {len(state.days)} days"):
            totals = h.totals(hours)
            drivers = totals.orderBy("driver_id").collect()
        plates = r.drivers_json(drivers)
        run = p.run_id(state, plates)
        self.write_days(state, run, hours)
        with self.progress.stage(self.spark, f"writing {p.hourly_csv_key(run)}"):
            self.write_hourly_csv(run, hours, totals.select("driver_id", "plate_number"))
        for metric in r.METRICS:
            self.public.write(p.metric_key(run, metric), r.metric_csv(metric, drivers))
        self.public.write(p.drivers_key(run), r.gzipped(plates))
        if forgetting.wish(self.records) is not None:
            raise JobError("rows were erased meanwhile; run again")
        self.public.write(p.MANIFEST_KEY, p.manifest(state, run, drivers))
        state.published_run = run
        state.published_days = {day: kept.fingerprint for day, kept in state.days.items()}
        state.published_inputs = st.inputs_digest(state)
        st.save(self.records, state)
        self.progress.say(f"published run {run}: {len(drivers):,} drivers, {len(state.days)} days")

    def is_published(self, state: st.State) -> bool:
        if state.published_inputs != st.inputs_digest(state):
            return False
        try:
            return p.manifest_run(read(self.public, p.MANIFEST_KEY)) == state.published_run
        except KeyError:
            return False

    def write_days(self, state: st.State, run: str, hours: DataFrame) -> None:
        """Copies the files of days that have not changed since the run before, and makes the others."""
        before = state.published_run
        there = set() if before is None else {entry.key for entry in self.public.list(p.run_folder(before))}
        changed = []
        for day, kept in sorted(state.days.items()):
            is_same = state.published_days.get(day) == kept.fingerprint
            if not is_same or before is None or p.day_key(before, day) not in there:
                changed.append(day)
            elif before != run:
                self.public.copy(p.day_key(before, day), p.day_key(run, day))
        if changed:
            with self.progress.stage(self.spark, f"writing the files of {len(changed)} days"):
                for row in r.day_files(hours.where(F.col("day").isin(changed))).toLocalIterator():
                    self.public.write(p.day_key(run, row["day"]), r.gzipped(row["json"]))

    def write_hourly_csv(self, run: str, hours: DataFrame, plates: DataFrame) -> None:
        """Joins the sorted parts that Spark writes; one after the other they are the file."""
        staging = f"{STAGING}{run}/"
        r.hourly_lines(hours, plates).write.mode("overwrite").text(self.records.spark_path(staging))
        parts = sorted(entry.key for entry in self.records.list(staging))
        self.public.write(p.hourly_csv_key(run), self.joined(r.HOURLY_CSV_HEADER, parts))

    def joined(self, header: bytes, parts: list[str]) -> Iterator[bytes]:
        yield header
        for part in parts:
            yield from self.records.chunks(part)


def main(arguments: list[str]) -> int:
    options = parse_arguments(arguments)
    try:
        endpoint = os.environ.get("S3_ENDPOINT") or None
        records, public = (open_bucket(url, endpoint) for url in (options.records_bucket, options.public_bucket))
        with noted(public), only_run(records):
            Job(records, public, options.time_zone, Progress()).run(anew=options.anew)
    except (JobError, BucketError, RunUnderWayError) as error:
        return fail(str(error))
    except (PySparkException, Py4JError) as error:
        return fail(f"Spark failed: {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Computes the same aggregation with DuckDB, for comparison: python duckdb_peer.py INPUT_FOLDER OUTPUT.csv THREADS.

It reads, checks types, orders each driver's rows and writes hourly.csv. It keeps nothing for the next run and gives no
reasons for rows that it cannot read. It prints the number of rows.
"""

import sys

import duckdb

COLUMNS = [
    *("driver", "plate", "latitude", "longitude", "speed", "heading", "site", "time", "speedup", "slowdown"),
    *("slide", "slide_end", "slide_s", "fast", "fast_end", "fast_s", "fatigue", "throttle", "oil", "rest"),
]

QUERY = """
create temp table cleaned as
  select driver, plate, time::timestamp as t, latitude::double as latitude, longitude::double as longitude,
    speed::double as speed, speedup = '1' as speedup, slowdown = '1' as slowdown, slide = '1' as slide,
    slide_end = '1' as slide_end, coalesce(try_cast(slide_s as double), 0) as slide_s, fast = '1' as fast,
    fast_end = '1' as fast_end, coalesce(try_cast(fast_s as double), 0) as fast_s, fatigue = '1' as fatigue,
    throttle = '1' as throttle, oil = '1' as oil
  from read_csv($input, columns = {columns}, header = false, null_padding = true, quote = '"', escape = '"',
    auto_detect = false, delim = ',');
copy (
  with followed as (
    select *, epoch(t) - lag(epoch(t)) over w as gap_s, lag(latitude) over w as latitude0,
      lag(longitude) over w as longitude0
    from cleaned window w as (partition by driver order by t, plate, latitude, longitude, speed)
  ), measured as (
    select *, 2 * 6371.0088 * asin(sqrt(least(1, sin(radians(latitude - latitude0) / 2) ** 2
      + cos(radians(latitude0)) * cos(radians(latitude)) * sin(radians(longitude - longitude0) / 2) ** 2))) as km
    from followed
  )
  select driver, max_by(plate, t) as plate, date_trunc('hour', t) as hour, count(*) as records,
    count_if(speedup), count_if(slowdown), count_if(slide), count_if(slide_end), sum(slide_s), count_if(fast),
    count_if(fast_end), sum(fast_s), count_if(fatigue), count_if(throttle), count_if(oil), max(speed),
    round(avg(speed), 2), sum(gap_s) filter (gap_s <= 60),
    sum(km) filter (gap_s <= 60 and km * 3600 <= 250 * gap_s)
  from measured group by driver, date_trunc('hour', t) order by driver, hour
) to '{output}' (header true);
"""


def main(folder: str, output: str, threads: str) -> None:
    connection = duckdb.connect(config={"threads": threads})
    connection.execute(f"set memory_limit = '8GB'; set temp_directory = '{output}.spill'")
    columns = "{" + ", ".join(f"'{column}': 'varchar'" for column in COLUMNS) + "}"
    load, write = QUERY.replace("{columns}", columns).replace("{output}", output).split(";")[:2]
    connection.execute(load, {"input": f"{folder}/*.csv"})
    connection.execute(write)
    print(connection.execute("select count(*) from cleaned").fetchone()[0])


if __name__ == "__main__":
    main(*sys.argv[1:4])

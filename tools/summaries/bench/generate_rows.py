"""Writes synthetic detail records, one file a day: python generate_rows.py FOLDER FIRST_DAY DAYS ROWS_PER_DAY DRIVERS.

Rows resemble recorded ones: every 10 s a position about 120 m further on, three quarters with 8 fields, the others with
20 and one or two events. The same arguments give the same rows.
"""

import sys
from pathlib import Path

import duckdb

EPOCH = "2020-01-01 06:00:00"


def flag(each: int, rest: int, yes: str = "1") -> str:
    return f"case when h % {each} = {rest} then {yes if '%' in yes else repr(yes)} else '' end"


EVENTS = [
    flag(64, 0),
    flag(68, 0),
    flag(72, 0),
    flag(72, 36),
    flag(72, 36, "(h % 20)::varchar"),
    flag(12, 0),
    flag(12, 4),
    flag(12, 4, "(h % 30)::varchar"),
    flag(12, 8),
    flag(120, 8),
    flag(120, 48),
]


def write_day(connection: duckdb.DuckDBPyConnection, path: Path, day: int, rows: int, drivers: int) -> None:
    connection.execute(
        f"""
        copy (
          with sample as (
            select i % {drivers} as driver, i // {drivers} as step, hash(i + {day} * 1000000007::bigint) as h
            from range({rows}) range(i)
          )
          select concat_ws(',',
              'driver' || lpad(driver::varchar, 7, '0'), '华A' || lpad((driver * 37 % 100000)::varchar, 5, '0'),
              printf('%.6f', 22 + driver * 0.001 % 20 + step * 0.0009),
              printf('%.6f', 104 + driver * 0.002 % 10 + step * 0.0006),
              (h % 140)::varchar, (h % 360)::varchar, '',
              strftime(timestamp '{EPOCH}' + interval ({day}) day + interval (step * 10) second, '%Y-%m-%d %H:%M:%S'))
            || case when h % 4 = 0 then ',' || concat_ws(',', {", ".join(EVENTS)}) || ',' else '' end
          from sample order by step, driver
        ) to '{path}' (header false, quote '', escape '', delimiter E'\\x01')
        """
    )


def main(folder: str, first_day: int, days: int, rows_per_day: int, drivers: int) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    for day in range(first_day, first_day + days):
        write_day(connection, Path(folder) / f"day-{day:04d}.csv", day, rows_per_day, drivers)


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:6]))

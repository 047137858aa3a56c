"""A fleet's two buckets in a folder, and random records for them."""

import gzip
import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from detail_rows import a_row

from drivewatch_summaries.folder_bucket import FolderBucket
from drivewatch_summaries.progress import Progress
from main import Job

ZONE = "Asia/Shanghai"


class Fleet:
    """The private and the public bucket of one fleet."""

    def __init__(self, folder: Path, time_zone: str = ZONE) -> None:
        self.folder, self.time_zone = folder, time_zone
        self.records, self.public = FolderBucket(str(folder / "records")), FolderBucket(str(folder / "public"))

    def put(self, name: str, rows: list[str]) -> None:
        """Imports or replaces a file."""
        self.records.write(f"records/import/{name}", "".join(f"{row}\n" for row in rows).encode())

    def remove(self, name: str) -> None:
        self.records.delete([f"records/import/{name}"])

    def run(self, *, anew: bool = False) -> None:
        Job(self.records, self.public, self.time_zone, Progress()).run(anew=anew)

    def manifest(self) -> dict[str, Any]:
        return json.loads((self.public.root / "summaries/manifest.json").read_bytes())

    def published(self) -> dict[str, bytes]:
        """Returns every file that the manifest names, by key. A missing one is an error."""
        files = self.manifest()["files"]
        keys = [files["hourlyCsv"], files["drivers"], *files["metrics"].values(), *files["days"].values()]
        return {key: (self.public.root / key).read_bytes() for key in keys}

    def run_folder(self) -> dict[str, bytes]:
        """Returns everything in the folder of the published run."""
        entries = self.public.list(f"summaries/run={self.manifest()['run']}/")
        return {entry.key: (self.public.root / entry.key).read_bytes() for entry in entries}

    def hourly(self) -> list[str]:
        """Returns the lines of hourly.csv below its header."""
        return self.published()[self.manifest()["files"]["hourlyCsv"]].decode().splitlines()[1:]

    def day(self, day: str) -> dict[str, Any]:
        return json.loads(gzip.decompress(self.published()[self.manifest()["files"]["days"][day]]))


def random_rows(seed: int, count: int, first_day: str = "2017-01-01", days: int = 3) -> list[str]:
    """Returns four drivers' drives in time order, with ties, repeats, stops, jumps, behaviours and lost positions."""
    chance = random.Random(seed)
    begin = datetime.fromisoformat(first_day)
    rows: list[str] = []
    for number in range(4):
        driver, latitude, longitude = f"d{number}", 30 + number, 118.0
        share = count // 4
        # The first drive crosses midnight, where days meet.
        time = begin + timedelta(days=1, seconds=-10 * (share // days))
        for index in range(share):
            if index % (share // days + 1) == share // days:
                time = begin + timedelta(days=1 + index * days // share, hours=chance.choice([5, 22, 23]))
            time += timedelta(seconds=chance.choice([0, 1, *[10] * 6, 30, 60, 61, 300 if chance.random() < 0.1 else 5]))
            latitude += chance.choice([0, 0.0001, 0.001, 0.0005, 0.001, 1 if chance.random() < 0.02 else 0])
            position = {} if chance.random() < 0.1 else {"Latitude": f"{latitude:.6f}", "Longtitude": longitude}
            behaviour = {}
            if chance.random() < 0.25:
                flag = chance.choice(["isRapidlySpeedup", "isNeutralSlide", "isOverspeed", "isFatigueDriving"])
                behaviour = {flag: 1}
            elif chance.random() < 0.1:
                behaviour = {"isOverspeedFinished": 1, "overspeedTime": chance.choice([1, 7.5, 103])}
            plate = f"华{number}{index * 3 // share}"
            speed = chance.choice([0, 30.5, 72, 149])
            row = a_row(driver, f"{time:%Y-%m-%d %H:%M:%S}", carPlateNumber=plate, Speed=speed, **position, **behaviour)
            rows += [row] * (2 if chance.random() < 0.02 else 1)
    return sorted(rows, key=lambda row: row.split(",")[7])

"""Posts records with the models that datamodel-code-generator makes, and prints what was answered."""

import json
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import UUID

from models import AddDataAnswer, DrivingRecord, DrivingRecords, Problem, Readiness
from pydantic import BaseModel

TIME = "2017-01-01T08:00:05+08:00"
NO_SUCH_TIME = "2017-02-30T08:00:05+08:00"


def post(url: str, body: BaseModel) -> AddDataAnswer:
    request = Request(
        f"{url}/addData",
        data=body.model_dump_json(exclude_none=True, by_alias=True).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urlopen(request, timeout=60) as response:
        return AddDataAnswer.model_validate_json(response.read())


def main(url: str, driver: str, record_id: str) -> None:
    record = DrivingRecord(
        driverID=driver,
        carPlateNumber="华AVM936",
        Latitude=32.056444,
        Longtitude=118.777589,
        Speed=72.5,
        Time=TIME,
        isOverspeed=1,
        recordId=UUID(record_id),
    )
    one = post(url, record)
    records = [
        {"driverID": driver, "Speed": 70, "Time": TIME},
        {"driverID": driver, "Speed": 71, "Time": NO_SUCH_TIME},
        {"driverID": driver, "Speed": 72, "Time": TIME},
    ]
    batch = post(url, DrivingRecords.model_validate(records))
    try:
        post(url, DrivingRecord(driverID=driver, Speed=70, Time=NO_SUCH_TIME))
        sys.exit("A wrong record was accepted")
    except HTTPError as error:
        refusal = Problem.model_validate_json(error.read())
        status = error.code
    with urlopen(f"{url}/health/ready", timeout=60) as response:
        health = Readiness.model_validate_json(response.read())
    answers = {
        "one": {"accepted": one.accepted, "ids": [str(stored_id) for stored_id in one.ids]},
        "batch": {
            "accepted": batch.accepted,
            "rejected": [
                {
                    "index": rejection.index,
                    "code": rejection.code,
                    "fields": [error.field for error in rejection.errors],
                }
                for rejection in batch.rejected
            ],
        },
        "refused": {"status": status, "code": refusal.code, "fields": [error.field for error in refusal.errors]},
        "health": {"status": health.status, "redis": health.checks["redis"].status},
    }
    print(json.dumps(answers))


main(*sys.argv[1:])

"""Posts records with the client that openapi-generator makes for Python, and prints what was answered."""

import json
import sys
from uuid import UUID

from openapi_client import (
    AddDataRequest,
    ApiClient,
    ApiException,
    BatchedRecord,
    Configuration,
    DevicesApi,
    DrivingRecord,
    OperationsApi,
    Problem,
)

TIME = "2017-01-01T08:00:05+08:00"
NO_SUCH_TIME = "2017-02-30T08:00:05+08:00"


def main(url: str, driver: str, record_id: str) -> None:
    with ApiClient(Configuration(host=url)) as client:
        devices = DevicesApi(client)
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
        one = devices.add_data(AddDataRequest(record))
        records = [
            BatchedRecord(driverID=driver, Speed=70, Time=TIME),
            BatchedRecord(driverID=driver, Speed=71, Time=NO_SUCH_TIME),
            BatchedRecord(driverID=driver, Speed=72, Time=TIME),
        ]
        batch = devices.add_data(AddDataRequest(records))
        try:
            devices.add_data(AddDataRequest(DrivingRecord(driverID=driver, Speed=70, Time=NO_SUCH_TIME)))
            sys.exit("A wrong record was accepted")
        except ApiException as error:
            refusal = Problem.from_json(error.body)
            status = error.status
        health = OperationsApi(client).get_readiness()
    answers = {
        "one": {"accepted": one.accepted, "ids": [str(stored_id) for stored_id in one.ids]},
        "batch": {
            "accepted": batch.accepted,
            "rejected": [
                {
                    "index": rejection.index,
                    "code": rejection.code,
                    "fields": [error.var_field for error in rejection.errors],
                }
                for rejection in batch.rejected
            ],
        },
        "refused": {"status": status, "code": refusal.code, "fields": [error.var_field for error in refusal.errors]},
        "health": {"status": health.status, "redis": health.checks["redis"].status},
    }
    print(json.dumps(answers))


main(*sys.argv[1:])

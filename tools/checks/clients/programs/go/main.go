// Posts records with the client that openapi-generator makes for Go, and prints what was answered.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"os"

	openapi "drivewatch/program/client"
)

const (
	timeOfRecord = "2017-01-01T08:00:05+08:00"
	noSuchTime   = "2017-02-30T08:00:05+08:00"
)

type rejection struct {
	Index  int32    `json:"index"`
	Code   string   `json:"code"`
	Fields []string `json:"fields"`
}

func main() {
	driver := os.Args[2]
	configuration := openapi.NewConfiguration()
	configuration.Servers = openapi.ServerConfigurations{{URL: os.Args[1]}}
	client := openapi.NewAPIClient(configuration)
	ctx := context.Background()

	record := openapi.NewDrivingRecord(driver, timeOfRecord)
	record.SetCarPlateNumber("华AVM936")
	record.SetLatitude(32.056444)
	record.SetLongtitude(118.777589)
	record.SetSpeed(72.5)
	record.SetIsOverspeed(1)
	record.SetRecordId(os.Args[3])
	one, _, err := client.DevicesAPI.AddData(ctx).
		AddDataRequest(openapi.DrivingRecordAsAddDataRequest(record)).Execute()
	check(err)

	records := []openapi.BatchedRecord{
		batched(driver, 70, timeOfRecord), batched(driver, 71, noSuchTime), batched(driver, 72, timeOfRecord),
	}
	batch, _, err := client.DevicesAPI.AddData(ctx).
		AddDataRequest(openapi.ArrayOfBatchedRecordAsAddDataRequest(&records)).Execute()
	check(err)
	rejected := []rejection{}
	for _, each := range batch.GetRejected() {
		rejected = append(rejected, rejection{each.GetIndex(), each.GetCode(), fieldsOf(each.GetErrors())})
	}

	wrong := openapi.NewDrivingRecord(driver, noSuchTime)
	wrong.SetSpeed(70)
	_, response, err := client.DevicesAPI.AddData(ctx).
		AddDataRequest(openapi.DrivingRecordAsAddDataRequest(wrong)).Execute()
	var refusal *openapi.GenericOpenAPIError
	if !errors.As(err, &refusal) {
		log.Fatal("A wrong record was accepted")
	}
	problem := refusal.Model().(openapi.Problem)

	health, _, err := client.OperationsAPI.GetReadiness(ctx).Execute()
	check(err)
	redis := health.GetChecks()["redis"]

	check(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"one":   map[string]any{"accepted": one.GetAccepted(), "ids": one.GetIds()},
		"batch": map[string]any{"accepted": batch.GetAccepted(), "rejected": rejected},
		"refused": map[string]any{
			"status": response.StatusCode, "code": problem.GetCode(), "fields": fieldsOf(problem.GetErrors()),
		},
		"health": map[string]any{"status": health.GetStatus(), "redis": redis.GetStatus()},
	}))
}

func batched(driver string, speed float64, time string) openapi.BatchedRecord {
	record := openapi.NewBatchedRecord(driver, time)
	record.SetSpeed(speed)
	return *record
}

func fieldsOf(errors []openapi.FieldError) []string {
	fields := []string{}
	for _, each := range errors {
		fields = append(fields, each.GetField())
	}
	return fields
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

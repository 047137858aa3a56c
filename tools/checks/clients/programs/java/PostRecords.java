import com.google.gson.Gson;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.DevicesApi;
import org.openapitools.client.api.OperationsApi;
import org.openapitools.client.model.AddDataAnswer;
import org.openapitools.client.model.AddDataRequest;
import org.openapitools.client.model.BatchedRecord;
import org.openapitools.client.model.DrivingRecord;
import org.openapitools.client.model.FieldError;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.Readiness;
import org.openapitools.client.model.Rejection;

/** Posts records with the client that openapi-generator makes for Java, and prints what was answered. */
public final class PostRecords {
  private static final String TIME = "2017-01-01T08:00:05+08:00";
  private static final String NO_SUCH_TIME = "2017-02-30T08:00:05+08:00";

  public static void main(String[] args) throws Exception {
    String driver = args[1];
    ApiClient client = new ApiClient().setBasePath(args[0]);
    DevicesApi devices = new DevicesApi(client);

    DrivingRecord record = new DrivingRecord()
        .driverID(driver)
        .carPlateNumber("华AVM936")
        .latitude(32.056444)
        .longtitude(118.777589)
        .speed(72.5)
        .time(TIME)
        .isOverspeed(1)
        .recordId(UUID.fromString(args[2]));
    AddDataAnswer one = devices.addData(new AddDataRequest(record), null, null, null);
    AddDataAnswer batch = devices.addData(
        new AddDataRequest(List.of(
            new BatchedRecord().driverID(driver).speed(70.0).time(TIME),
            new BatchedRecord().driverID(driver).speed(71.0).time(NO_SUCH_TIME),
            new BatchedRecord().driverID(driver).speed(72.0).time(TIME))),
        null, null, null);
    Readiness health = new OperationsApi(client).getReadiness();

    System.out.println(new Gson().toJson(Map.of(
        "one", Map.of("accepted", one.getAccepted(), "ids", one.getIds()),
        "batch", Map.of(
            "accepted", batch.getAccepted(),
            "rejected", batch.getRejected().stream().map(PostRecords::describe).collect(Collectors.toList())),
        "refused", refused(devices, new DrivingRecord().driverID(driver).speed(70.0).time(NO_SUCH_TIME)),
        "health", Map.of(
            "status", health.getStatus(),
            "redis", health.getChecks().get("redis").getStatus()))));
    // Otherwise the connections that are kept for later requests hold the program up for a minute.
    client.getHttpClient().dispatcher().executorService().shutdown();
    client.getHttpClient().connectionPool().evictAll();
  }

  private static Map<String, Object> describe(Rejection rejection) {
    return Map.of(
        "index", rejection.getIndex(), "code", rejection.getCode(), "fields", fieldsOf(rejection.getErrors()));
  }

  private static Map<String, Object> refused(DevicesApi devices, DrivingRecord record) throws Exception {
    try {
      devices.addData(new AddDataRequest(record), null, null, null);
    } catch (ApiException error) {
      Problem problem = Problem.fromJson(error.getResponseBody());
      return Map.of(
          "status", error.getCode(), "code", problem.getCode(), "fields", fieldsOf(problem.getErrors()));
    }
    throw new IllegalStateException("A wrong record was accepted");
  }

  private static List<String> fieldsOf(List<FieldError> errors) {
    return errors.stream().map(FieldError::getField).collect(Collectors.toList());
  }
}

/** Posts records with the client that openapi-generator makes for TypeScript, and prints what was answered. */
import {
  Configuration,
  DevicesApi,
  type FieldError,
  OperationsApi,
  ProblemFromJSON,
  ResponseError,
} from './client/index.js';

const TIME = '2017-01-01T08:00:05+08:00';
const NO_SUCH_TIME = '2017-02-30T08:00:05+08:00';

const [basePath = '', driverID = '', recordId = ''] = process.argv.slice(2);
const configuration = new Configuration({ basePath });
const devices = new DevicesApi(configuration);
const fieldsOf = (errors: FieldError[] = []) => errors.map(({ field }) => field);

const one = await devices.addData({
  addDataRequest: {
    driverID,
    carPlateNumber: '华AVM936',
    latitude: 32.056444,
    longtitude: 118.777589,
    speed: 72.5,
    time: TIME,
    isOverspeed: 1,
    recordId,
  },
});
const batch = await devices.addData({
  addDataRequest: [
    { driverID, speed: 70, time: TIME },
    { driverID, speed: 71, time: NO_SUCH_TIME },
    { driverID, speed: 72, time: TIME },
  ],
});
const refused = await devices.addData({ addDataRequest: { driverID, speed: 70, time: NO_SUCH_TIME } }).then(
  () => {
    throw new Error('A wrong record was accepted');
  },
  async (error: unknown) => {
    if (!(error instanceof ResponseError)) throw error;
    const { code, errors } = ProblemFromJSON(await error.response.json());
    return { status: error.response.status, code, fields: fieldsOf(errors) };
  },
);
const health = await new OperationsApi(configuration).getReadiness();

console.log(
  JSON.stringify({
    one: { accepted: one.accepted, ids: one.ids },
    batch: {
      accepted: batch.accepted,
      rejected: batch.rejected.map(({ index, code, errors }) => ({ index, code, fields: fieldsOf(errors) })),
    },
    refused,
    health: { status: health.status, redis: health.checks['redis']?.status },
  }),
);

/** Posts records with openapi-fetch and the types that openapi-typescript makes, and prints what was answered. */
import createClient from 'openapi-fetch';
import type { components, paths } from './client.js';

const TIME = '2017-01-01T08:00:05+08:00';
const NO_SUCH_TIME = '2017-02-30T08:00:05+08:00';

const [baseUrl = '', driverID = '', recordId = ''] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl });
const fieldsOf = (errors: components['schemas']['FieldError'][] = []) => errors.map(({ field }) => field);

const record: components['schemas']['DrivingRecord'] = {
  driverID,
  carPlateNumber: '华AVM936',
  Latitude: 32.056444,
  Longtitude: 118.777589,
  Speed: 72.5,
  Time: TIME,
  isOverspeed: 1,
  recordId,
};
const one = await client.POST('/addData', { body: record });
const batch = await client.POST('/addData', {
  body: [
    { driverID, Speed: 70, Time: TIME },
    { driverID, Speed: 71, Time: NO_SUCH_TIME },
    { driverID, Speed: 72, Time: TIME },
  ],
});
const refused = await client.POST('/addData', { body: { driverID, Speed: 70, Time: NO_SUCH_TIME } });
if (refused.error === undefined) throw new Error('A wrong record was accepted');
const health = await client.GET('/health/ready');

console.log(
  JSON.stringify({
    one: { accepted: one.data?.accepted, ids: one.data?.ids },
    batch: {
      accepted: batch.data?.accepted,
      rejected: batch.data?.rejected.map(({ index, code, errors }) => ({
        index,
        code,
        fields: fieldsOf(errors),
      })),
    },
    refused: {
      status: refused.response.status,
      code: refused.error.code,
      fields: fieldsOf(refused.error.errors),
    },
    health: { status: health.data?.status, redis: health.data?.checks['redis']?.status },
  }),
);

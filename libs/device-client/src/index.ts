export {
  createDeviceClient,
  ADD_DATA_PATH,
  type DeviceClient,
  type DeviceClientOptions,
} from './device-client';
export { RecordPoster, ServerUnreachableError, type PostAttempt, type RetryNotice } from './record-poster';
export type { PostResult } from './post-result';

import { wholeNumber } from './numbers';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/** Bounds of what the API takes from devices; an answer that refuses something for one names it. */
export const ingestionLimits = {
  /** Bytes of one record: of a body that is a single one, of a line, of an element of a large array. */
  MAX_RECORD_BYTES: wholeNumber(KIBIBYTE).default(64 * KIBIBYTE),
  /** Bytes of one body, decompressed. */
  MAX_BODY_BYTES: wholeNumber(KIBIBYTE).default(256 * MEBIBYTE),
  MAX_RECORDS_PER_REQUEST: wholeNumber(1).default(5_000_000),
  /** Objects and arrays inside each other in what is sent as a record; a record itself is 1. */
  MAX_JSON_DEPTH: wholeNumber(1).default(8),
  /** Bytes of bodies that are held in memory at the same time, over all requests. */
  MAX_IN_FLIGHT_BYTES: wholeNumber(KIBIBYTE).default(64 * MEBIBYTE),
  /** Jobs that may wait for a consumer; with more, nothing is accepted. */
  QUEUE_MAX: wholeNumber(1).default(100_000),
  /** Drivers that the fleet has: until so many are known, new ones may appear at any pace. Twice as many may ever be known. */
  FLEET_DRIVERS: wholeNumber(1).default(50_000),
  /** New drivers that one device key may bring in an hour once FLEET_DRIVERS are known. */
  NEW_DRIVERS_PER_KEY_HOUR: wholeNumber(0).default(1_000),
};

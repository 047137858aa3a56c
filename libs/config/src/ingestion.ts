import { wholeNumber } from './numbers';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/** Limits on what the API takes from devices; an answer that refuses something because of a limit names it. */
export const ingestionLimits = {
  /** The bytes of one record: of a body with a single one, of a line, or of an element of a large array. */
  MAX_RECORD_BYTES: wholeNumber(KIBIBYTE).default(64 * KIBIBYTE),
  /** The bytes of one body, decompressed. */
  MAX_BODY_BYTES: wholeNumber(KIBIBYTE).default(256 * MEBIBYTE),
  MAX_RECORDS_PER_REQUEST: wholeNumber(1).default(5_000_000),
  /** How deep objects and arrays may be nested in what is sent as a record; the record itself counts as 1. */
  MAX_JSON_DEPTH: wholeNumber(1).default(8),
  /** The bytes of bodies that are held in memory at the same time, across all requests. */
  MAX_IN_FLIGHT_BYTES: wholeNumber(KIBIBYTE).default(64 * MEBIBYTE),
  /** How many jobs may wait for a consumer; with more, nothing is accepted. */
  QUEUE_MAX: wholeNumber(1).default(100_000),
  /**
   * How many drivers the fleet has. Until so many are known, new ones may appear at any pace; at most twice as many may
   * ever be known.
   */
  FLEET_DRIVERS: wholeNumber(1).default(50_000),
  /** How many new drivers one device key may bring in an hour once FLEET_DRIVERS are known. */
  NEW_DRIVERS_PER_KEY_HOUR: wholeNumber(0).default(1_000),
};

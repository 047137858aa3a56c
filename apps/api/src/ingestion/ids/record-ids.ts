import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { OPEN_REPORTER_ID } from '../../access/reporter';

/**
 * The namespace of ids derived from idempotency keys; with another one, a record sent again would be stored a second
 * time.
 */
const IDEMPOTENCY_NAMESPACE = '5c0c6a5e-6e0f-4f5b-9d0b-3f0f6f1a7c42';
/** The namespace of ids derived from a `recordId`; the same holds for it. */
const RECORD_ID_NAMESPACE = '8f2a9b64-1f5e-4d0a-b7c3-6e4d2a1b9c58';

/** What a request says about the ids of its records. */
export interface IdSource {
  /** The reporter whose key it is: two reporters may choose the same key. */
  reporterId: string;
  /** `Idempotency-Key` of the request. */
  idempotencyKey: string | null;
}

/**
 * Returns the id of a record that does not name its own: the same again for the same reporter, driver, key and
 * position, or a new one if the request has no key.
 *
 * @param index position among the records of the request
 */
export const idOf = ({ reporterId, idempotencyKey }: IdSource, driverId: string, index: number): string =>
  idempotencyKey === null
    ? uuidv7()
    : uuidv5(`${reporterId}\n${driverId}\n${idempotencyKey}\n${index}`, IDEMPOTENCY_NAMESPACE);

/**
 * Returns the id under which a record with a `recordId` is stored. No device key can reach what another has sent by
 * choosing the same `recordId`; where there are no keys, the id is the `recordId` itself.
 */
export const idOfSent = ({ reporterId }: IdSource, recordId: string): string =>
  reporterId === OPEN_REPORTER_ID ? recordId : uuidv5(`${reporterId}\n${recordId}`, RECORD_ID_NAMESPACE);

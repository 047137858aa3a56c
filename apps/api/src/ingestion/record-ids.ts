import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';

/** Of the ids that are derived from idempotency keys; another one would store what is sent again a second time. */
const IDEMPOTENCY_NAMESPACE = '5c0c6a5e-6e0f-4f5b-9d0b-3f0f6f1a7c42';

/** What a request says about the ids of its records. */
export interface IdSource {
  /** Whose key it is: two reporters may choose the same one. */
  reporterId: string;
  /** `Idempotency-Key` of the request. */
  idempotencyKey: string | null;
}

/**
 * The id of a record that does not name its own: the same again for the same reporter, driver, key and position, or
 * a new one where the request has no key.
 *
 * @param index position among the records of the request
 */
export const idOf = ({ reporterId, idempotencyKey }: IdSource, driverId: string, index: number): string =>
  idempotencyKey === null
    ? uuidv7()
    : uuidv5(`${reporterId}\n${driverId}\n${idempotencyKey}\n${index}`, IDEMPOTENCY_NAMESPACE);

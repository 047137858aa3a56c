import { MAX_LISTED_RECORDS, type Rejection } from '@drivewatch/contracts';

/**
 * An answer lists reasons of about this many characters at most: a record may be wrong in many fields, with long
 * messages.
 */
const MAX_LISTED_CHARACTERS = 250_000;

/** The rejected records of a request: all are counted, and the first ones listed. */
export class RejectionList {
  count = 0;
  readonly listed: Rejection[] = [];
  private listedCharacters = 0;

  add(rejections: readonly Rejection[]): void {
    this.count += rejections.length;
    for (const rejection of rejections) {
      if (this.listed.length >= MAX_LISTED_RECORDS || this.listedCharacters >= MAX_LISTED_CHARACTERS) return;
      this.listed.push(rejection);
      for (const { field, message } of rejection.errors)
        this.listedCharacters += field.length + message.length;
    }
  }
}

import { MAX_LISTED_RECORDS, type Rejection } from '@drivewatch/contracts';

/** An answer has no more characters of reasons, about: a record may be wrong in many fields, and say so in long texts. */
const MAX_LISTED_CHARACTERS = 250_000;

/** The records of a request that were rejected: all of them counted, and the first ones listed. */
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

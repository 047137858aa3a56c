import { type AcceptedRecord, clockFault, type RecordWarningKind } from '@drivewatch/contracts';
import { Injectable } from '@nestjs/common';
import { IngestionMetrics } from '../ingestion-metrics';
import { LatestStarts } from './latest-starts';

const NONE: readonly RecordWarningKind[] = [];

/**
 * Finds what accepted records say that their devices hardly meant, so that a programmer hears of it with the first
 * record, not from an operator.
 *
 * Whether a flag is repeated is known of the records that this instance has accepted: that is the same request, and
 * nearly always the same device.
 */
@Injectable()
export class RecordWarnings {
  private readonly overspeed = new LatestStarts();
  private readonly neutralSlide = new LatestStarts();

  constructor(private readonly metrics: IngestionMetrics) {}

  /**
   * Notes an accepted record, in the metrics of clocks too; to be called once for each, in order.
   *
   * @returns what to warn its sender of: nothing for nearly all records
   */
  note(record: AcceptedRecord): readonly RecordWarningKind[] {
    const { recordedAtMs, receivedAtMs } = record;
    const fault = clockFault(recordedAtMs, receivedAtMs ?? recordedAtMs);
    if (fault !== null) this.metrics.countClock(fault);
    const mayRepeat =
      record.overspeed || record.overspeedFinished || record.neutralSlide || record.neutralSlideFinished;
    if (fault === null && record.hasZeroPosition !== true && !mayRepeat) return NONE;
    const kinds: RecordWarningKind[] = mayRepeat ? this.repeatedStarts(record) : [];
    if (record.hasZeroPosition === true) kinds.push('zeroPosition');
    if (fault !== null) kinds.push(fault === 'ahead' ? 'clockAhead' : 'clockUnset');
    return kinds;
  }

  private repeatedStarts(record: AcceptedRecord): RecordWarningKind[] {
    const { driverId, recordedAtMs, overspeed, overspeedFinished, neutralSlide, neutralSlideFinished } =
      record;
    const kinds: RecordWarningKind[] = [];
    if (overspeed && this.overspeed.isRepeated(driverId, recordedAtMs)) kinds.push('repeatedOverspeed');
    if (overspeedFinished) this.overspeed.end(driverId);
    if (neutralSlide && this.neutralSlide.isRepeated(driverId, recordedAtMs))
      kinds.push('repeatedNeutralSlide');
    if (neutralSlideFinished) this.neutralSlide.end(driverId);
    return kinds;
  }
}

import {
  type AlertPicture,
  applyOverspeedChange,
  type OverspeedAlert,
  type OverspeedChange,
  PAST_ALERTS_KEPT,
} from '@drivewatch/contracts';

/** Who is speeding, and who was lately. */
export class AlertBook {
  private readonly active = new Map<string, OverspeedAlert>();
  private past: OverspeedAlert[] = [];

  /** Takes over what was known before a restart; what has been learnt since stays. */
  restore(picture: AlertPicture): void {
    const settled = new Set([...this.active.keys(), ...this.past.map(({ driverID }) => driverID)]);
    for (const alert of picture.active)
      if (!settled.has(alert.driverID)) this.active.set(alert.driverID, alert);
    this.past = [...this.past, ...picture.past].slice(0, PAST_ALERTS_KEPT);
  }

  /** @returns the driver's open alert afterwards and the one that ended, or `null` when the change changed nothing */
  apply(change: OverspeedChange): ReturnType<typeof applyOverspeedChange> | null {
    const before = this.active.get(change.driverID);
    const result = applyOverspeedChange(before, change);
    if (result.open === before) return null;
    if (result.open === undefined) this.active.delete(change.driverID);
    else this.active.set(change.driverID, result.open);
    if (result.closed !== undefined) this.past = [result.closed, ...this.past].slice(0, PAST_ALERTS_KEPT);
    return result;
  }

  openAlertOf(driverID: string): OverspeedAlert | undefined {
    return this.active.get(driverID);
  }

  picture(): AlertPicture {
    return { active: [...this.active.values()], past: this.past };
  }
}

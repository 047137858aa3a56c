import {
  type AlertPicture,
  applyOverspeedChange,
  type NumberedAlertChange,
  type OverspeedAlert,
  PAST_ALERTS_KEPT,
} from '@drivewatch/contracts';

/** Who is speeding, and who was lately, as of one change; and the changes that led there. */
export class AlertBook {
  private readonly active = new Map<string, OverspeedAlert>();
  private past: OverspeedAlert[] = [];
  /** The oldest is first; there are no gaps. */
  private changes: NumberedAlertChange[] = [];
  private last = 0;

  /** @param changesKept how many changes a page may have missed and still be told one by one */
  constructor(private readonly changesKept: number) {}

  /** The id of the last change. */
  get lastAlertId(): number {
    return this.last;
  }

  /** @param changes the latest changes, up to the last in the picture, oldest first */
  replace(picture: AlertPicture, changes: readonly NumberedAlertChange[]): void {
    this.active.clear();
    for (const alert of picture.active) this.active.set(alert.driverId, alert);
    this.past = picture.past;
    this.last = picture.lastAlertId;
    this.changes = changes.at(-1)?.id === this.last ? [...changes] : [];
  }

  /** @param change the one right after the last */
  apply(change: NumberedAlertChange): void {
    const before = this.active.get(change.driverId);
    const { open, closed } = applyOverspeedChange(before, change);
    if (open === undefined) this.active.delete(change.driverId);
    else this.active.set(change.driverId, open);
    if (closed !== undefined) this.past = [closed, ...this.past].slice(0, PAST_ALERTS_KEPT);
    this.last = change.id;
    this.changes.push(change);
    // The list is not cut at every change, which would copy it each time.
    if (this.changes.length > 2 * this.changesKept) this.changes = this.changes.slice(-this.changesKept);
  }

  /** @returns the changes after the one with that id, oldest first, or `null` when they are not known */
  since(id: number): NumberedAlertChange[] | null {
    if (id === this.last) return [];
    const first = this.changes[0]?.id;
    return first === undefined || id > this.last || id < first - 1
      ? null
      : this.changes.slice(id + 1 - first);
  }

  get openAlerts(): Iterable<OverspeedAlert> {
    return this.active.values();
  }

  picture(): AlertPicture {
    return { active: [...this.active.values()], past: this.past, lastAlertId: this.last };
  }
}

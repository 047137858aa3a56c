import { RECORD_WARNINGS, type RecordWarning, type RecordWarningKind } from '@drivewatch/contracts';

/** The warnings of one request: one a kind, however many records it is about. */
export class WarningList {
  private readonly byKind = new Map<RecordWarningKind, RecordWarning>();

  /** @param index position of an accepted record in its request; records are added in their order */
  add(index: number, kinds: readonly RecordWarningKind[]): this {
    for (const kind of kinds) {
      const known = this.byKind.get(kind);
      if (known === undefined) {
        const { code, field, message } = RECORD_WARNINGS[kind];
        this.byKind.set(kind, { code, field, count: 1, firstIndex: index, message });
      } else known.count += 1;
    }
    return this;
  }

  get all(): RecordWarning[] {
    return [...this.byKind.values()];
  }
}

import type { NewAuditEvent } from '@drivewatch/persistence';

/** The same time for which the sign-in limits count failures together. */
const WINDOW_MS = 15 * 60_000;
/** As many as one site may fail in that time. */
const AT_MOST = 100;

interface Window {
  /** What is in the log already, so that the same refusal is only counted from then on. */
  told: Set<string>;
  more: number;
}

/** An attempt to sign in that failed or was refused. */
export interface UselessSignIn {
  kind: 'sign-in.failed' | 'sign-in.refused';
  /** The name of a user. A name that nobody has is left out: people type their password there by mistake. */
  actor: string | null;
  address: string;
}

/**
 * Keeps a flood of sign-in attempts from filling the audit log. Of each kind, and of existing and unknown names
 * separately, 100 in a quarter of an hour get an event each, and repeated refusals of a name at an address only one; a
 * last event tells how many more there were. So attempts with made-up names cannot hide attempts with real ones.
 */
export class SignInEvents {
  private readonly windows = new Map<string, Window>();

  /** @param tell receives each event, some of them later, when a window ends */
  constructor(private readonly tell: (event: NewAuditEvent) => void) {}

  note(event: UselessSignIn): void {
    const names = event.actor === null ? 'unknown' : 'known';
    const window = this.windowOf(event.kind, names);
    const isRepeated = event.kind === 'sign-in.refused' && window.told.has(placeOf(event));
    if (isRepeated || window.told.size >= AT_MOST) {
      window.more += 1;
      return;
    }
    // Every failure gets its own event, even if it looks like another one.
    window.told.add(event.kind === 'sign-in.refused' ? placeOf(event) : String(window.told.size));
    this.tell(event);
  }

  /** Reports what was only counted so far; called before the program ends. */
  flush(): void {
    for (const key of [...this.windows.keys()]) this.end(key);
  }

  private windowOf(kind: UselessSignIn['kind'], names: 'known' | 'unknown'): Window {
    const key = `${kind} ${names}`;
    const open = this.windows.get(key);
    if (open !== undefined) return open;
    const window: Window = { told: new Set(), more: 0 };
    this.windows.set(key, window);
    setTimeout(() => {
      if (this.windows.get(key) === window) this.end(key);
    }, WINDOW_MS).unref();
    return window;
  }

  private end(key: string): void {
    const more = this.windows.get(key)?.more ?? 0;
    this.windows.delete(key);
    const [kind, names] = key.split(' ') as [UselessSignIn['kind'], string];
    if (more > 0) this.tell({ kind, actor: null, detail: { more, minutes: WINDOW_MS / 60_000, names } });
  }
}

const placeOf = ({ actor, address }: UselessSignIn): string => `${actor ?? ''}|${address}`;

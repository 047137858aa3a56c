import type { NewAuditEvent } from '@drivewatch/persistence';

/** As long as failures are counted together by the limits of the sign-in. */
const WINDOW_MS = 15 * 60_000;
/** As many as one site may fail in that time. */
const AT_MOST = 100;

interface Window {
  /** What is in the log, so that the same refusal again is only counted. */
  told: Set<string>;
  more: number;
}

/** An attempt to sign in that was of no use. */
export interface UselessSignIn {
  kind: 'sign-in.failed' | 'sign-in.refused';
  /** The name of a user. Where nobody has the name it is not told: people type their password there by mistake. */
  actor: string | null;
  address: string;
}

/**
 * Keeps a flood of attempts to sign in from filling the audit log: of each kind, of names that there are and that there
 * are not, 100 in a quarter of an hour are told singly, and refusals of a name at an address once; then how many more
 * there were. So what is tried with made-up names hides nothing of what is tried with others.
 */
export class SignInEvents {
  private readonly windows = new Map<string, Window>();

  /** @param tell takes what is to be told, also later, when a window ends */
  constructor(private readonly tell: (event: NewAuditEvent) => void) {}

  note(event: UselessSignIn): void {
    const names = event.actor === null ? 'unknown' : 'known';
    const window = this.windowOf(event.kind, names);
    const isRepeated = event.kind === 'sign-in.refused' && window.told.has(placeOf(event));
    if (isRepeated || window.told.size >= AT_MOST) {
      window.more += 1;
      return;
    }
    // Failures are told each, however much they are alike.
    window.told.add(event.kind === 'sign-in.refused' ? placeOf(event) : String(window.told.size));
    this.tell(event);
  }

  /** Tells what was only counted until now, as before the end of the program. */
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

import {
  isSessionState,
  type Problem,
  SESSION_PATH,
  type SessionState,
  type SignIn,
} from '@drivewatch/contracts';
import { computed, DOCUMENT, inject, InjectionToken, Service, signal } from '@angular/core';

/** Whether the server asks people to sign in, according to what it has written into the page. */
export const ASKS_FOR_SIGN_IN = new InjectionToken<boolean>('ASKS_FOR_SIGN_IN', {
  factory: () =>
    inject(DOCUMENT).querySelector<HTMLMetaElement>('meta[name="drivewatch-authentication"]')?.content ===
    'on',
});

/** Loads a page of the app anew, so that nothing remains of what this one holds. */
export const LOAD_PAGE = new InjectionToken<(path: string) => void>('LOAD_PAGE', {
  factory: () => {
    const { defaultView } = inject(DOCUMENT);
    return (path) => {
      defaultView?.location.assign(path);
    };
  },
});

export const SIGN_IN_PATH = '/sign-in';

/** What a person is told when the server cannot say what is wrong. */
const UNREACHABLE = 'The server cannot be reached. Try again in a moment.';

/** Who is signed in, as far as this page knows. While the server is open to everybody, there is nothing to know. */
@Service()
export class Session {
  private readonly asksForSignIn = inject(ASKS_FOR_SIGN_IN);
  private readonly loadPage = inject(LOAD_PAGE);
  private readonly state = signal<SessionState | null>(
    this.asksForSignIn ? null : { authentication: 'off', user: null },
  );

  /** `null` when nobody is signed in, or it is not known. */
  readonly user = computed(() => this.state()?.user ?? null);
  /** Whether the server has said that nobody is signed in, and somebody should be. */
  readonly mustSignIn = computed(() => this.state()?.authentication === 'on' && this.user() === null);

  /** Asks the server, unless it is open. Never rejects: what cannot be found out stays as it was. */
  async check(): Promise<void> {
    if (!this.asksForSignIn) return;
    try {
      const response = await fetch(SESSION_PATH, { cache: 'no-store' });
      const state: unknown = await response.json();
      if (isSessionState(state)) this.state.set(state);
    } catch {
      // Whatever needs the server next will notice.
    }
  }

  /** @returns what to tell the person when it did not work, or `null` */
  async signIn(who: SignIn): Promise<string | null> {
    try {
      const response = await fetch(SESSION_PATH, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(who),
      });
      return response.ok ? null : textOf((await response.json()) as Partial<Problem>);
    } catch {
      return UNREACHABLE;
    }
  }

  /** @returns whether it worked; if so, the page is being left */
  async signOut(): Promise<boolean> {
    try {
      const response = await fetch(SESSION_PATH, { method: 'DELETE' });
      if (response.ok) this.loadPage(SIGN_IN_PATH);
      return response.ok;
    } catch {
      return false;
    }
  }

  /** Leaves for the sign-in page, which leads back afterwards. @param from path within the app */
  askToSignIn(from: string): void {
    this.loadPage(`${SIGN_IN_PATH}?from=${encodeURIComponent(from)}`);
  }

  /** Goes on to the page that the person wanted before. @param from as it is in the address, whoever wrote it there */
  goOn(from: string | undefined): void {
    this.loadPage(isOwnPath(from) ? from : '/');
  }
}

/** Somebody may have forged the link: it must not lead to another server, as `//host` and `/\host` would. */
const isOwnPath = (path: string | undefined): path is string =>
  path !== undefined && /^\/(?![/\\])[^\\\t\r\n]*$/.test(path) && !path.startsWith(SIGN_IN_PATH);

function textOf({ code, detail }: Partial<Problem>): string {
  if (code === 'SIGN_IN_FAILED') return 'The name or the password is wrong.';
  return detail === undefined ? 'Signing in did not work. Try again in a moment.' : `${detail}.`;
}

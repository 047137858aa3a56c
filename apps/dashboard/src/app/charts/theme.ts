import { BreakpointObserver } from '@angular/cdk/layout';
import { computed, DOCUMENT, effect, inject, Service, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { map } from 'rxjs';

export type ColorScheme = 'light' | 'dark';

const STORAGE_KEY = 'drivewatch.color-scheme';
const PREFERS_DARK = '(prefers-color-scheme: dark)';

/** Dark or light: the system's choice until the user chooses, and the user's from then on, even after a reload. */
@Service()
export class Theme {
  private readonly document = inject(DOCUMENT);
  private readonly systemScheme = toSignal(
    inject(BreakpointObserver)
      .observe(PREFERS_DARK)
      .pipe(map(({ matches }): ColorScheme => (matches ? 'dark' : 'light'))),
    { initialValue: 'light' },
  );
  private readonly chosen = signal(this.remembered());

  /** The scheme in use. */
  readonly scheme = computed<ColorScheme>(() => this.chosen() ?? this.systemScheme());
  /** What `toggle` switches to. */
  readonly other = computed<ColorScheme>(() => (this.scheme() === 'dark' ? 'light' : 'dark'));

  constructor() {
    effect(() => {
      this.document.documentElement.dataset.colorScheme = this.scheme();
    });
  }

  toggle(): void {
    const chosen = this.other();
    this.chosen.set(chosen);
    try {
      this.document.defaultView?.localStorage.setItem(STORAGE_KEY, chosen);
    } catch {
      // Storage may be full or forbidden; the choice then lasts until the page is closed.
    }
  }

  private remembered(): ColorScheme | null {
    try {
      const stored = this.document.defaultView?.localStorage.getItem(STORAGE_KEY);
      return stored === 'light' || stored === 'dark' ? stored : null;
    } catch {
      return null;
    }
  }
}

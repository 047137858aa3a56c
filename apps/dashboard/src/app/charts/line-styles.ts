import {
  computed,
  DestroyRef,
  DOCUMENT,
  inject,
  linkedSignal,
  Service,
  type Signal,
  signal,
} from '@angular/core';
import { Theme } from './theme';
import { type DriverLineStyle, LINE_STYLE_COUNT, LINE_STYLES, ownLineStyle } from './driver-colour';
import { assignLines, type LineAssignment } from './line-assignment';

const STORAGE_KEY = 'drivewatch.line-styles';
/** More drivers than anybody looks at between two reloads; they take about 40 kB. */
const DRIVERS_REMEMBERED = 1_000;

/**
 * Decides how every driver's line looks, in the chart of all drivers, its legend, its table and on the cards. Drivers
 * in view at the same time differ, and a driver keeps its look while in view, whoever else comes, goes or is searched
 * for, and from one page to the next.
 */
@Service()
export class LineStyles {
  private readonly document = inject(DOCUMENT);
  private readonly theme = inject(Theme);
  /** Set by the open page; only one is open at a time. */
  private readonly picture = signal<Signal<readonly string[]>>(signal([]));
  private readonly ids = computed(() => this.picture()());
  private readonly assignment = linkedSignal<readonly string[], LineAssignment>({
    source: this.ids,
    computation: (ids, before) =>
      assignLines(ids, before?.value ?? { shown: new Map(), remembered: this.stored() }),
  });

  constructor() {
    const view = this.document.defaultView;
    const store = () => {
      this.store(this.assignment());
    };
    // A reload triggers this as well; writing at every change would cost time while somebody scrolls.
    view?.addEventListener('pagehide', store);
    inject(DestroyRef).onDestroy(() => view?.removeEventListener('pagehide', store));
  }

  /** Sets which drivers are in view now; these are told apart until the next page calls this. */
  follow(ids: Signal<readonly string[]>): void {
    this.picture.set(ids);
  }

  /** Returns the same object as long as the driver's look is the same. */
  styleOf(driverId: string): DriverLineStyle {
    const number = this.assignment().shown.get(driverId) ?? ownLineStyle(driverId);
    return LINE_STYLES[this.theme.scheme()][number] ?? { colour: '#888888', dash: [] };
  }

  private store({ remembered }: LineAssignment): void {
    const lastSeen = [...remembered].slice(-DRIVERS_REMEMBERED);
    try {
      this.document.defaultView?.sessionStorage.setItem(STORAGE_KEY, JSON.stringify(lastSeen));
    } catch {
      // Storage may be full or forbidden; the looks are then those of a newly opened page.
    }
  }

  private stored(): ReadonlyMap<string, number> {
    try {
      const text = this.document.defaultView?.sessionStorage.getItem(STORAGE_KEY) ?? '[]';
      const entries: unknown = JSON.parse(text);
      return new Map(Array.isArray(entries) ? entries.filter(isEntry) : []);
    } catch {
      return new Map();
    }
  }
}

const isEntry = (entry: unknown): entry is [string, number] =>
  Array.isArray(entry) &&
  typeof entry[0] === 'string' &&
  Number.isInteger(entry[1]) &&
  entry[1] >= 0 &&
  entry[1] < LINE_STYLE_COUNT;

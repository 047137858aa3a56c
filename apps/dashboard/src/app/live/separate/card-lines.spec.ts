import { Component, input } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideFakeSocket, T0 } from '../../feed/live-socket.fake';
import { provideIcons } from '../../icons';
import { LINE_STYLES, ownLineStyle } from '../../charts/driver-colour';
import { LineStyles } from '../../charts/line-styles';
import { DriverCard } from './driver-card';
import { SeparatePage } from './separate-page';
import { SpeedChart } from './speed-chart';

/** Replaces the chart, because jsdom has no canvas. */
@Component({ selector: 'dw-speed-chart', template: '' })
class NoChart {
  readonly driverId = input();
  readonly points = input();
  readonly drawn = input();
}

/** A browser in which a test scrolls. */
class Scrolled {
  static readonly observers: Scrolled[] = [];
  private element: Element | undefined;
  constructor(private readonly report: (entries: { isIntersecting: boolean }[]) => void) {
    Scrolled.observers.push(this);
  }
  static to(...names: string[]): void {
    for (const { element, report } of Scrolled.observers)
      report([{ isIntersecting: names.includes(element?.getAttribute('aria-label') ?? '') }]);
  }
  observe(element: Element): void {
    this.element = element;
  }
  disconnect(): void {
    Scrolled.observers.splice(Scrolled.observers.indexOf(this), 1);
  }
}

describe('lines of the cards', () => {
  beforeEach(() => {
    Object.assign(globalThis, { IntersectionObserver: Scrolled });
    sessionStorage.clear();
  });
  afterEach(() => {
    TestBed.resetTestingModule();
    Reflect.deleteProperty(globalThis, 'IntersectionObserver');
  });

  it('differ among the cards in view, whatever is further down', async () => {
    const ids = ['GZ-07', 'HK-07', 'MO-07', 'SZ-07'];
    const socket = provideFakeSocket();
    TestBed.configureTestingModule({ providers: [provideIcons()] });
    TestBed.overrideComponent(DriverCard, { remove: { imports: [SpeedChart] }, add: { imports: [NoChart] } });
    const fixture = TestBed.createComponent(SeparatePage);
    socket.greet([], Object.fromEntries(ids.map((id) => [id, { name: id, data: [{ x: T0, y: 50 }] }])));
    await fixture.whenStable();

    const styles = TestBed.inject(LineStyles);
    const own = LINE_STYLES.light[ownLineStyle('SZ-07')];
    Scrolled.to('SZ-07');
    await fixture.whenStable();
    expect(styles.styleOf('SZ-07')).toBe(own);
    Scrolled.to('HK-07', 'MO-07', 'SZ-07');
    await fixture.whenStable();
    const looks = ['HK-07', 'MO-07', 'SZ-07'].map((id) => styles.styleOf(id));
    expect(new Set(looks).size).toBe(3);
    expect(looks[2]).toBe(own);
    Scrolled.to('GZ-07');
    await fixture.whenStable();
    expect(styles.styleOf('GZ-07')).toBe(own);
  });
});

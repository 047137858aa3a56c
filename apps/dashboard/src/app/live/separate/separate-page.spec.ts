import { type ComponentFixture, TestBed } from '@angular/core/testing';
import { SILENT_AFTER_MS } from '@drivewatch/contracts';
import { anAlert, type FakeLiveSocket, provideFakeSocket, T0 } from '../../feed/live-socket.fake';
import { provideIcons } from '../../icons';
import { DriverSearch } from '../driver-search';
import { SeparatePage } from './separate-page';

/** A browser that scrolls nothing into view: jsdom has neither layout nor canvas, so no chart may be drawn. */
class NothingInView {
  observe = () => undefined;
  disconnect = () => undefined;
}

const speedsOf = (...ids: string[]) =>
  Object.fromEntries(
    ids.map((id) => [
      id,
      {
        name: id,
        data: [
          { x: T0, y: 50 },
          { x: T0 + 10_000, y: 72 },
        ],
      },
    ]),
  );

describe('SeparatePage', () => {
  let socket: FakeLiveSocket;
  let fixture: ComponentFixture<SeparatePage>;
  const page = () => fixture.nativeElement as HTMLElement;
  const cards = () => [...page().querySelectorAll('article')];
  const names = () => cards().map((card) => card.getAttribute('aria-label'));
  const textOf = (element: Element | undefined) => element?.textContent.replace(/\s+/g, ' ').trim();

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'requestAnimationFrame', 'setTimeout'] });
    Object.assign(globalThis, { IntersectionObserver: NothingInView });
    socket = provideFakeSocket();
    TestBed.configureTestingModule({ providers: [provideIcons()] });
    fixture = TestBed.createComponent(SeparatePage);
  });
  afterEach(() => {
    TestBed.resetTestingModule();
    Reflect.deleteProperty(globalThis, 'IntersectionObserver');
    jest.useRealTimers();
  });

  it('shows what it waits for until there is a record', async () => {
    socket.greet();
    await fixture.whenStable();
    expect(textOf(page())).toContain('Waiting for the first records…');
    socket.data('tick', speedsOf('a'));
    await fixture.whenStable();
    expect(textOf(page())).not.toContain('Waiting');
    expect(names()).toEqual(['a']);
  });

  it('shows plate, newest speed and time, and counts the points held', async () => {
    const drivers = { a: { carPlateNumber: '华AVM936', lastHeardMs: Date.now(), deviceClockMs: null } };
    socket.greet([], speedsOf('a'), { drivers });
    await fixture.whenStable();
    const text = textOf(cards()[0]);
    expect(text).toContain('华AVM936');
    expect(text).toContain('72 km/h');
    expect(text).toContain('Last record 2017-01-01 08:00:15');
    expect(page().querySelector('figure')?.dataset.pointCount).toBe('2');
  });

  it('moves a speeding driver to the front and says so, until that driver stops', async () => {
    socket.greet([], speedsOf('a', 'b'));
    socket.start('b', T0);
    await fixture.whenStable();
    expect(names()).toEqual(['b', 'a']);
    expect(textOf(cards()[0])).toContain('b is overspeeding');
    socket.end('b', T0 + 1_000);
    await fixture.whenStable();
    expect(names()).toEqual(['a', 'b']);
    expect(textOf(page())).not.toContain('is overspeeding');
  });

  it('calls a driver silent as time goes by, without any message', async () => {
    socket.greet([], speedsOf('a'), {
      drivers: { a: { carPlateNumber: '', lastHeardMs: Date.now(), deviceClockMs: null } },
    });
    await fixture.whenStable();
    expect(textOf(page())).not.toContain('Silent');
    jest.advanceTimersByTime(SILENT_AFTER_MS + 60_000);
    await fixture.whenStable();
    expect(textOf(cards()[0])).toContain('Silent for 3 min');
  });

  it('says what is wrong with the clock of a device, until a record comes with a right one', async () => {
    const heard = { carPlateNumber: '', lastHeardMs: Date.now() };
    const drivers = (clocks: Record<string, number | null>) => ({
      drivers: Object.fromEntries(
        Object.entries(clocks).map(([id, deviceClockMs]) => [id, { ...heard, deviceClockMs }]),
      ),
    });
    const clocks = { a: heard.lastHeardMs + 8 * 3_600_000, b: Date.UTC(1980, 0, 6), c: null };
    socket.greet([], speedsOf('a', 'b', 'c'), drivers(clocks));
    await fixture.whenStable();
    expect(textOf(cards()[0])).toContain('Clock ahead by 8 h');
    expect(textOf(cards()[1])).toContain('Clock says 6 Jan 1980');
    expect(textOf(cards()[2])).not.toContain('Clock');
    expect(textOf(page())).toContain('3 drivers 2 wrong clocks');
    socket.data('tick', {}, drivers({ a: null }));
    await fixture.whenStable();
    expect(textOf(cards()[0])).not.toContain('Clock');
    expect(textOf(page())).toContain('3 drivers 1 wrong clock');
  });

  it('shows a driver whose records have no speed', async () => {
    socket.greet([], { a: { name: 'a', data: [] } });
    await fixture.whenStable();
    expect(textOf(cards()[0])).toContain('No speed yet');
  });

  it('says in words that nobody knows whether an alert goes on', async () => {
    socket.greet([anAlert('b')], speedsOf('a', 'b'));
    socket.unconfirm('b', T0 + 60_000);
    await fixture.whenStable();
    expect(textOf(cards()[0])).toContain('b was overspeeding, unconfirmed');
    expect(textOf(cards()[0])).toContain('no records, as of 08:01:05');
    socket.confirm('b', T0 + 70_000);
    await fixture.whenStable();
    expect(textOf(cards()[0])).toContain('b is overspeeding');
  });

  it('shows only the drivers that the search finds, speeding ones too', async () => {
    socket.greet([anAlert('b')], speedsOf('a', 'b'));
    TestBed.inject(DriverSearch).text.set('A');
    await fixture.whenStable();
    expect(names()).toEqual(['a']);
  });
});

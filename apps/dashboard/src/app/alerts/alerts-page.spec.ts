import { driverInfoToWire, pictureToWire } from '@drivewatch/contracts';
import { TestBed } from '@angular/core/testing';
import { anAlert, type FakeLiveSocket, provideFakeSocket, T0 } from '../feed/live-socket.fake';
import { provideIcons } from '../icons';
import { AlertsPage } from './alerts-page';

describe('AlertsPage', () => {
  let socket: FakeLiveSocket;
  const rowsAfter = async (say: () => void) => {
    const fixture = TestBed.createComponent(AlertsPage);
    say();
    await fixture.whenStable();
    const rows = [...(fixture.nativeElement as HTMLElement).querySelectorAll('tbody tr')];
    return rows.map((row) =>
      [...row.children].map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()).join(' '),
    );
  };

  beforeEach(() => {
    socket = provideFakeSocket();
    TestBed.configureTestingModule({ providers: [provideIcons()] });
  });

  it('shows for an alert with an unknown end when the last record came, not that it ended then', async () => {
    const ended = (driverId: string, afterMs: number) => ({ ...anAlert(driverId), endedAtMs: T0 + afterMs });
    const rows = await rowsAfter(() => {
      socket.greet();
      socket.server.alerts(
        pictureToWire({
          active: [],
          past: [
            { ...ended('a', 27_000), endUnknown: true },
            { ...ended('b', 86_400_000), endUnknown: true },
            ended('c', 27_000),
          ],
          lastAlertId: 0,
        }),
      );
    });
    expect(rows).toEqual([
      'a – 2017-01-01 08:00:05 End unknown, last record at 08:00:32 at least 27 s',
      'b – 2017-01-01 08:00:05 End unknown, last record at 2017-01-02 08:00:05 at least 1 d',
      'c – 2017-01-01 08:00:05 2017-01-01 08:00:32 27 s',
    ]);
  });

  it('shows the newest of many active alerts, says how many there are, and shows more when asked', async () => {
    const fixture = TestBed.createComponent(AlertsPage);
    const page = fixture.nativeElement as HTMLElement;
    socket.greet(Array.from({ length: 55 }, (_, n) => anAlert(`d${n}`, T0 + n * 1_000)));
    await fixture.whenStable();
    const seen = () => [
      page.querySelector('.count')?.textContent,
      page.querySelectorAll('tbody tr').length,
      page.querySelector('tbody th')?.textContent.trim(),
      page.querySelector('button')?.textContent.trim(),
    ];
    expect(seen()).toEqual(['55', 50, 'd54', 'Show 5 more']);
    page.querySelector('button')?.click();
    await fixture.whenStable();
    expect(seen()).toEqual(['55', 55, 'd54', undefined]);
  });

  it('says beside an active alert what is wrong with the clock of the device', async () => {
    const lastStoredMs = Date.now();
    const rows = await rowsAfter(() => {
      socket.greet(
        [anAlert('a')],
        {},
        {
          drivers: {
            a: driverInfoToWire({
              plateNumber: '',
              lastStoredMs,
              deviceClockMs: lastStoredMs + 3 * 3_600_000,
            }),
          },
        },
      );
    });
    expect(rows).toEqual([expect.stringMatching(/^a Clock ahead by 3 h –/)]);
  });
});

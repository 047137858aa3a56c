import { type ComponentFixture, TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { MatIconRegistry } from '@angular/material/icon';
import { DomSanitizer } from '@angular/platform-browser';
import { anAlert, type FakeLiveSocket, provideFakeSocket, T0 } from '../feed/live-socket.fake';
import { AlertToasts } from './alert-toasts';

describe('AlertToasts', () => {
  let socket: FakeLiveSocket;
  let fixture: ComponentFixture<AlertToasts>;
  const page = () => fixture.nativeElement as HTMLElement;
  const toasts = () =>
    [...page().querySelectorAll('[role=alert] p')].map((toast) =>
      toast.textContent.replace(/\s+/g, ' ').trim(),
    );
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => anAlert(`driver-${index}`, T0 + index));

  beforeEach(() => {
    socket = provideFakeSocket();
    TestBed.configureTestingModule({ providers: [provideRouter([])] });
    const registry = TestBed.inject(MatIconRegistry);
    const empty = TestBed.inject(DomSanitizer).bypassSecurityTrustHtml('<svg></svg>');
    for (const icon of ['warning', 'close']) registry.addSvgIconLiteral(icon, empty);
    fixture = TestBed.createComponent(AlertToasts);
  });

  it('says who is speeding and since when, in the zone of the fleet, until that driver stops', async () => {
    socket.greet([anAlert('likun1000003')]);
    await fixture.whenStable();
    expect(toasts()).toEqual(['likun1000003 is overspeeding since 08:00:05']);
    socket.end('likun1000003', T0 + 5_000);
    await fixture.whenStable();
    expect(toasts()).toEqual([]);
  });

  it('shows the five newest and links to the others', async () => {
    socket.greet(many(7));
    await fixture.whenStable();
    expect(toasts()).toHaveLength(5);
    expect(toasts()[0]).toContain('driver-6');
    expect(page().querySelector('a')?.textContent).toContain('+2 more');
    expect(page().querySelector('a')?.getAttribute('href')).toBe('/alerts');
  });

  it('removes a dismissed toast, ends no alert, and shows the next spell of that driver again', async () => {
    socket.greet([anAlert('a')]);
    await fixture.whenStable();
    page().querySelector('button')?.click();
    await fixture.whenStable();
    expect(toasts()).toEqual([]);
    socket.start('a', T0 + 60_000);
    await fixture.whenStable();
    expect(toasts()).toEqual(['a is overspeeding since 08:01:05']);
  });

  it('does not bring a dismissed toast back when the page reconnects', async () => {
    socket.greet([anAlert('a')]);
    await fixture.whenStable();
    page().querySelector('button')?.click();
    socket.server.disconnected();
    socket.greet([anAlert('a')]);
    await fixture.whenStable();
    expect(toasts()).toEqual([]);
  });
});

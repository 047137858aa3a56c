import type { Socket } from 'socket.io';
import { SlowClients } from './slow-clients';

const MIB = 1024 * 1024;

/** Returns a page on a WebSocket; the test decides how much of what it is sent waits in the network's buffer. */
function aPage() {
  const page = { writeBuffer: [] as { data: string }[], bufferedAmount: 0, isOpen: true };
  const transport = {
    socket: {
      get bufferedAmount() {
        return page.bufferedAmount;
      },
      terminate: () => {
        page.isOpen = false;
      },
    },
  };
  const conn = { writeBuffer: page.writeBuffer, transport, close: () => undefined };
  return { page, socket: { conn } as unknown as Socket };
}

function slowClients() {
  const clock = { ms: 0 };
  const dropped: number[] = [];
  return {
    clock,
    dropped,
    slow: new SlowClients(
      (bytes) => dropped.push(bytes),
      () => clock.ms,
    ),
  };
}

describe(SlowClients.name, () => {
  it('drops a page with more than 1 MiB waiting, in Socket.IO and the network together', () => {
    const { slow, dropped } = slowClients();
    const { page, socket } = aPage();
    page.bufferedAmount = MIB - 10;
    page.writeBuffer.push({ data: '12345' }, { data: '华' });
    slow.sweep([socket]);
    expect([page.isOpen, dropped]).toEqual([true, []]);
    page.writeBuffer.push({ data: '123' });
    slow.sweep([socket]);
    expect([page.isOpen, dropped]).toEqual([false, [MIB + 1]]);
  });

  it('counts the parts of what is sent on connect together', () => {
    const { slow, clock, dropped } = slowClients();
    const { page, socket } = aPage();
    slow.sendSnapshot(socket, () => (page.bufferedAmount += 4 * MIB));
    clock.ms = 20_000;
    slow.sendSnapshot(socket, () => (page.bufferedAmount += 6 * MIB));
    clock.ms = 40_000;
    slow.sweep([socket]);
    expect(page.isOpen).toBe(true);
    clock.ms = 50_000;
    slow.sweep([socket]);
    expect([page.isOpen, dropped]).toEqual([false, [10 * MIB]]);
  });

  it('gives a large snapshot half a minute, and no longer', () => {
    const { slow, clock, dropped } = slowClients();
    const { page, socket } = aPage();
    slow.sendSnapshot(socket, () => (page.bufferedAmount += 10 * MIB));
    clock.ms = 29_000;
    slow.sweep([socket]);
    expect(page.isOpen).toBe(true);
    clock.ms = 30_000;
    slow.sweep([socket]);
    expect([page.isOpen, dropped]).toEqual([false, [10 * MIB]]);
  });

  it('counts what is added to a snapshot that is not read', () => {
    const { slow } = slowClients();
    const { page, socket } = aPage();
    slow.sendSnapshot(socket, () => (page.bufferedAmount += 10 * MIB));
    page.bufferedAmount += MIB + 1;
    slow.sweep([socket]);
    expect(page.isOpen).toBe(false);
  });

  it('lets one large tick be under way, and drops a page that has not read the one before', () => {
    const { slow, dropped } = slowClients();
    const [reading, stuck] = [aPage(), aPage()];
    const tick = () => {
      const sockets = () => [reading, stuck].filter(({ page }) => page.isOpen).map(({ socket }) => socket);
      slow.sendTick(sockets(), () => {
        for (const { page } of [reading, stuck]) if (page.isOpen) page.bufferedAmount += 3 * MIB;
      });
      slow.sweep(sockets());
    };
    tick();
    expect(dropped).toEqual([]);
    reading.page.bufferedAmount = 0;
    tick();
    expect([reading.page.isOpen, stuck.page.isOpen]).toEqual([true, false]);
    // It was not even sent the second one.
    expect(dropped).toEqual([3 * MIB]);
  });

  it('treats a page that has caught up like any other', () => {
    const { slow } = slowClients();
    const { page, socket } = aPage();
    slow.sendSnapshot(socket, () => (page.bufferedAmount += 10 * MIB));
    page.bufferedAmount = 0;
    slow.sweep([socket]);
    page.bufferedAmount = 2 * MIB;
    slow.sweep([socket]);
    expect(page.isOpen).toBe(false);
  });
});

import { EventEmitter } from 'node:events';
import { StopRequest } from './stop-request';

describe(StopRequest.name, () => {
  let source: EventEmitter;
  let time: number;
  let forced: number;
  let stop: StopRequest;
  beforeEach(() => {
    source = new EventEmitter();
    time = 1_000_000;
    forced = 0;
    stop = new StopRequest(source, () => time);
    stop.onForce(() => forced++);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'])('is requested by %s', async (event) => {
    expect(stop.signal.aborted).toBe(false);
    source.emit(event);
    await stop.requested;
    expect(stop.signal.aborted).toBe(true);
  });

  it('counts a Ctrl-C that arrives three times as one', () => {
    for (let i = 0; i < 3; i++) source.emit('SIGINT');
    time += 499;
    source.emit('SIGINT');
    expect(forced).toBe(0);
  });

  it('is forced by a second Ctrl-C', () => {
    source.emit('SIGINT');
    time += 500;
    source.emit('SIGINT');
    expect(forced).toBe(1);
  });
});

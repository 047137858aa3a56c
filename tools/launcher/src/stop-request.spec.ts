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
    expect(stop.throwIfFailed.bind(stop)).not.toThrow();
  });

  it('takes one Ctrl-C that arrives three times for one', () => {
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

  it('keeps the reason when something failed', () => {
    stop.fail(new Error('the API keeps ending'));
    stop.fail(new Error('and the consumer, because of it'));
    expect(stop.signal.aborted).toBe(true);
    expect(stop.throwIfFailed.bind(stop)).toThrow('the API keeps ending');
  });
});

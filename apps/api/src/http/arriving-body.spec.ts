import type { IncomingMessage, ServerResponse } from 'node:http';
import { ArrivingBodies, ArrivingBody, PATIENCE } from './arriving-body';

/** Returns a body that arrives as a test says, and what was said of it in the end. */
function aBody() {
  const socket = {
    bytesRead: 0,
    destroyed: false,
    destroy: () => {
      socket.destroyed = true;
    },
  };
  const raw = { complete: false, readableLength: 0, isPaused: () => false, socket };
  const headers: Record<string, string> = {};
  const response = {
    headersSent: false,
    writableFinished: false,
    setHeader: (name: string, value: string) => (headers[name] = value),
  };
  const body = new ArrivingBody(
    raw as unknown as IncomingMessage,
    response as unknown as ServerResponse,
    new ArrivingBodies(),
    0,
  );
  const cuts: string[] = [];
  body.onCut = ({ message }) => cuts.push(message);
  /** Lets seconds pass, with that many bytes arriving in each. */
  const pass = (fromSecond: number, toSecond: number, bytesPerSecond: number): void => {
    for (let second = fromSecond + 1; second <= toSecond; second += 1) {
      socket.bytesRead += bytesPerSecond;
      body.sweep(second * 1000, PATIENCE);
    }
  };
  /** Answers as far as writing the head. */
  const answer = (): void => {
    body.beginAnswer();
    response.headersSent = response.writableFinished = true;
  };
  return { body, raw, cuts, pass, answer, headers, socket };
}

describe(ArrivingBody.name, () => {
  it('gives a single record 15 seconds, however fast it comes', () => {
    const { cuts, pass } = aBody();
    pass(0, 14, 5_000);
    expect(cuts).toEqual([]);
    pass(14, 15, 5_000);
    expect(cuts).toEqual([expect.stringMatching(/not complete after 15 seconds/)]);
  });

  it('cuts an upload at less than 1 KiB a second, and lets one go on that is faster', () => {
    const slow = aBody();
    slow.body.isUpload = true;
    slow.pass(0, 15, 1_000);
    expect(slow.cuts).toEqual([expect.stringMatching(/less than 1024 bytes a second/)]);
    const fast = aBody();
    fast.body.isUpload = true;
    fast.pass(0, 600, 1_100);
    expect(fast.cuts).toEqual([]);
  });

  it('cuts an upload that stops for 10 seconds, however fast it was', () => {
    const { body, cuts, pass } = aBody();
    body.isUpload = true;
    pass(0, 20, 1_000_000);
    pass(20, 29, 0);
    expect(cuts).toEqual([]);
    pass(29, 30, 0);
    expect(cuts).toEqual([expect.stringMatching(/nothing came for 10 seconds/)]);
  });

  it('does not blame a sender that the server holds back', () => {
    const { body, raw, cuts, pass } = aBody();
    body.isUpload = true;
    pass(0, 5, 100_000);
    raw.readableLength = 65_536;
    pass(5, 300, 0);
    raw.readableLength = 0;
    pass(300, 309, 0);
    expect(cuts).toEqual([]);
    pass(309, 310, 0);
    expect(cuts).toHaveLength(1);
  });

  it('ends the connection five seconds after an answer during which the body is still arriving', () => {
    const { cuts, pass, answer, headers, socket } = aBody();
    pass(0, 1, 5_000);
    answer();
    expect(headers).toEqual({ Connection: 'close' });
    pass(1, 6, 5_000);
    expect(socket.destroyed).toBe(false);
    pass(6, 7, 5_000);
    expect(socket.destroyed).toBe(true);
    expect(cuts).toEqual([]);
  });

  it('ends such a connection at once when the body has come', () => {
    const { raw, pass, answer, socket } = aBody();
    answer();
    pass(0, 1, 5_000);
    raw.complete = true;
    pass(1, 2, 0);
    expect(socket.destroyed).toBe(true);
  });

  it('leaves the connection as it is when the body was complete before the answer', () => {
    const { raw, pass, answer, headers, socket } = aBody();
    raw.complete = true;
    answer();
    pass(0, 60, 0);
    expect(headers).toEqual({});
    expect(socket.destroyed).toBe(false);
  });
});

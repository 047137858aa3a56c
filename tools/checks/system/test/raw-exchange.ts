import { connect } from 'node:net';
import { eventually } from '@drivewatch/testing';

export interface RawAnswer {
  status: number;
  head: string;
  body: Partial<Record<'code' | 'detail' | 'accepted' | 'nextIndex', unknown>>;
}

/** What is sent on a connection, piece by piece. */
export interface Exchange {
  /** Whether the client ends its side after the last piece. */
  ends?: boolean;
  /** How many answers there are before the next piece is sent. */
  answersBetween?: number;
}

const DATE = /^date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r?$/im;
const ANSWER = /HTTP\/1\.1 (\d{3})[^\r]*\r\n(?:([\s\S]*?)\r\n)??\r\n/g;

/** Returns the answers whose heads and bodies are complete; the bodies are JSON in one line. */
function answersIn(text: string): RawAnswer[] {
  return [...text.matchAll(ANSWER)].map(({ 0: whole, 1: status, 2: head = '', index }) => {
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const body = text.slice(index + whole.length, index + whole.length + length);
    return {
      status: Number(status),
      head,
      body: (body.startsWith('{') && body.length === length
        ? JSON.parse(Buffer.from(body, 'latin1').toString())
        : {}) as RawAnswer['body'],
    };
  });
}

/** Sends the pieces, and resolves with all answers once the server has ended the connection. */
export async function rawExchange(
  url: string,
  pieces: (string | Buffer)[],
  { ends = false, answersBetween }: Exchange = {},
): Promise<RawAnswer[]> {
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true }).setNoDelay();
  let text = '';
  let isEnded = false;
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('end', () => (isEnded = true));
  socket.on('error', () => undefined);
  try {
    for (const [index, piece] of pieces.entries()) {
      if (index > 0 && answersBetween !== undefined)
        await eventually(() => expect(answersIn(text)).toHaveLength(answersBetween * index));
      socket.write(piece);
    }
    if (ends) socket.end();
    await eventually(() => expect([isEnded, text]).toEqual([true, expect.any(String)]));
    const answers = answersIn(text);
    // Devices set their clocks by any answer.
    for (const { status, head: fields } of answers) if (status !== 100) expect(fields).toMatch(DATE);
    return answers;
  } finally {
    socket.destroy();
  }
}

/** Returns the head of a request with these lines behind the host's. */
export const head = (fields: readonly string[], version = '1.1', request = 'POST /addData'): string =>
  `${[`${request} HTTP/${version}`, 'Host: localhost', ...fields].join('\r\n')}\r\n\r\n`;

import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually } from '@drivewatch/testing';
import { HANG_MS, require } from '../../scenarios/watch';
import { type HostileContext, METRICS_TOKEN, sized } from '../hostile-scenario';

const MAX_RISE_BYTES = 200 * 1024 * 1024;
const TOO_MANY_REJECTED = 422;
/** Records are counted chunk by chunk; if two looks see the same count, nothing is being judged. */
const LOOK_EVERY_MS = 500;

interface Sizes {
  /** How often each body is sent at the same time. */
  readonly postsOfBody: number;
  /** Clients that go away once that many of their records have been judged. */
  readonly leaving: { readonly clients: number; readonly after: number };
  /**
   * Honest records before the attack, so that V8 has already taken the room for young objects that any busy API takes.
   */
  readonly warmUp: { readonly rounds: number; readonly atOnce: number; readonly records: number };
}
const SIZES = {
  full: {
    postsOfBody: 8,
    leaving: { clients: 32, after: 10_000 },
    warmUp: { rounds: 15, atOnce: 6, records: 500 },
  },
  // A rejection kept for each record of even a few bodies would take gigabytes.
  short: {
    postsOfBody: 2,
    leaving: { clients: 8, after: 1_000 },
    warmUp: { rounds: 2, atOnce: 4, records: 500 },
  },
};
/** More elements than any answer lists, and a kilobyte when compressed. */
const ELEMENTS = 340_001;
const LINES = 5_000_000;

interface Body {
  readonly type: string;
  readonly text: () => string;
}

/** Each is a few kilobytes when compressed, and holds millions of invalid records. */
const BODIES: Readonly<Record<string, Body>> = {
  'empty objects': { type: 'application/json', text: () => `[${'{},'.repeat(ELEMENTS - 1)}{}]` },
  'numbers in an array': { type: 'application/json', text: () => `[${'1,'.repeat(ELEMENTS - 1)}1]` },
  'lines of JSON': { type: 'application/x-ndjson', text: () => '1\n'.repeat(LINES) },
  'lines of CSV': { type: 'text/csv', text: () => '1\n'.repeat(LINES) },
};

/** A device with a key for one driver sends what is small on the wire and takes much work to check. */
export const denseBodies = sized<Sizes>(SIZES, (sizes) => ({
  name: 'dense-bodies',
  what: `${sizes.postsOfBody * Object.keys(BODIES).length} posts at once of a few kB each, gzipped, with up to ${LINES} records that are none; then clients that go away`,
  apiEnv: { METRICS_TOKEN },
  isAlone: true,
  act: async (context) => {
    const { note, apiMemory } = context;
    const key = await context.keyFor([context.name]);
    await warmUp(context, key, sizes.warmUp);
    const before = context.apiMemoryBytes();
    const { postsOfBody } = sizes;
    await Promise.all(
      Object.entries(BODIES).map(([what, body]) => postDense(context, what, body, postsOfBody)),
    );
    const rise = apiMemory.peakBytes - before;
    note(`the API rose by ${Math.round(rise / 2 ** 20)} MB at most`);
    require(rise < MAX_RISE_BYTES, 'the API to take less than 200 MB for all of them');
    await goneClients(context, sizes.leaving);
  },
}));

/**
 * Posts a body several times at once, with a key of its own: what one body has used up does not count against the
 * others.
 */
async function postDense(
  context: HostileContext,
  what: string,
  { type, text }: Body,
  times: number,
): Promise<void> {
  const [key, body] = await Promise.all([context.keyFor([context.name]), promisify(gzip)(text())]);
  const headers = { ...headersOf(type, key), 'content-encoding': 'gzip' };
  const posts = Array.from({ length: times }, () => post(context, headers, body).answered);
  const statuses = await Promise.all(posts);
  context.note(`${what}, ${body.length} bytes each: ${countsOf(statuses)}`);
  require(statuses.every((status) => status === TOO_MANY_REJECTED), 'each to be told of 1,000 rejections');
}

/** Uploads valid records, as a busy API gets them all the time. */
async function warmUp(
  context: HostileContext,
  key: string,
  { rounds, atOnce, records: count }: Sizes['warmUp'],
): Promise<void> {
  const records = Array.from({ length: count }, () => aWireRecord({ driverID: context.name }));
  const body = Buffer.from(JSON.stringify(records));
  const headers = headersOf('application/json', key);
  for (let round = 0; round < rounds; round += 1) {
    const posts = Array.from({ length: atOnce }, () => post(context, headers, body).answered);
    const statuses = await Promise.all(posts);
    require(statuses.every(
      (status) => status === 202,
    ), `good records to be taken, not: ${countsOf(statuses)}`);
  }
}

/** Clients send all of a long upload of valid records and go away: soon after, no more of it is taken. */
async function goneClients(
  context: HostileContext,
  { clients, after: enough }: Sizes['leaving'],
): Promise<void> {
  const { stack, note } = context;
  const line = `${JSON.stringify({ driverID: context.name, Speed: 1, Time: '2025-05-04T08:00:00Z' })}\n`;
  const body = await promisify(gzip)(line.repeat(ELEMENTS));
  const headers = {
    ...headersOf('application/x-ndjson', await context.keyFor([context.name])),
    'content-encoding': 'gzip',
  };
  const before = await countJudged(stack.url);
  const posts = Array.from({ length: clients }, () => post(context, headers, body));
  await eventually(async () => {
    require((await countJudged(stack.url)) > before + enough, 'the uploads to be under way');
  }, HANG_MS);
  for (const { leave } of posts) leave();
  const statuses = await Promise.all(posts.map(({ answered }) => answered));
  require(statuses.every((status) => status === 0), 'no upload to be complete before its client goes');
  const after = await eventually(async () => {
    const first = await countJudged(stack.url);
    await wait(LOOK_EVERY_MS);
    const second = await countJudged(stack.url);
    // The honest device goes on beside it, with some records a second.
    require(second - first < 50, 'records of nobody not to be taken any more');
    return second;
  }, HANG_MS);
  note(`${after - before} of ${clients * ELEMENTS} records were judged until all clients had gone`);
  require(after - before < (clients * ELEMENTS) / 4, 'most of what was sent not to be looked at');
}

const headersOf = (type: string, key: string): Record<string, string> => ({
  'content-type': type,
  authorization: `Bearer ${key}`,
});

/** Posts a body. `answered` resolves with the status, 0 if the connection ended without one. */
function post(
  { stack }: HostileContext,
  headers: Record<string, string>,
  body: Buffer,
): { readonly answered: Promise<number>; readonly leave: () => void } {
  const sending = request(`${stack.url}/addData`, { method: 'POST', headers, agent: false });
  const answered = new Promise<number>((resolve) => {
    sending.once('response', (answer) => {
      answer.resume();
      answer.once('close', () => resolve(answer.complete ? (answer.statusCode ?? 0) : 0));
    });
    sending.once('error', () => resolve(0));
  });
  sending.setHeader('content-length', body.length);
  sending.end(body);
  return { answered, leave: () => sending.destroy() };
}

/** Returns how many records the API has judged, accepted or not. */
async function countJudged(url: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  const lines = (await answer.text()).split('\n');
  const counters = lines.filter((line) => /^drivewatch_records_(accepted|rejected)_total[ {]/.test(line));
  return counters.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

function countsOf(statuses: readonly number[]): string {
  const counts = new Map<number, number>();
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${status} ×${count}`).join(', ');
}

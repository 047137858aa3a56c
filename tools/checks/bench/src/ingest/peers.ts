import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RECORD_QUEUE, STORE_RECORDS_JOB } from '@drivewatch/contracts';
import { connectRedis, producerConnection, RECORD_JOB_OPTIONS, REDIS_PREFIX } from '@drivewatch/redis';
import { Queue } from 'bullmq';
import fastify from 'fastify';

/** What the API is measured against; each runs as a process of its own, like the API. */
export type Peer = 'bare' | 'plain';

/** The beginning of the line in which a peer says where it listens. */
export const LISTENS = 'listens on ';

/** @param redisUrl only for `plain` */
export async function servePeer(peer: string | undefined, redisUrl = ''): Promise<void> {
  if (peer === 'bare') serveBare();
  else if (peer === 'plain') await servePlain(redisUrl);
  else throw new Error(`Unknown peer "${peer ?? ''}"; there are bare and plain`);
}

/** Serves the lower bound: reads the body, parses it, answers 202. */
function serveBare(): void {
  const answer = '{"accepted":1}';
  const headers = { 'Content-Type': 'application/json', 'Content-Length': answer.length };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      JSON.parse(body);
      response.writeHead(202, headers).end(answer);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    console.log(`${LISTENS}${(server.address() as AddressInfo).port}`);
  });
}

/** Serves the plain way: one job per record, the quickest server there is in front of it, and no validation. */
async function servePlain(redisUrl: string): Promise<void> {
  const redis = connectRedis(producerConnection(redisUrl, 700), console);
  const queue = new Queue(RECORD_QUEUE, {
    connection: redis,
    prefix: REDIS_PREFIX,
    defaultJobOptions: RECORD_JOB_OPTIONS,
  });
  const server = fastify();
  server.post('/addData', async (request, reply) => {
    const job = await queue.add(STORE_RECORDS_JOB, { records: [request.body] });
    return reply.status(202).send({ accepted: 1, ids: [job.id] });
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  console.log(`${LISTENS}${(server.server.address() as AddressInfo).port}`);
}

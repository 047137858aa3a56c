import { lookup } from 'node:dns/promises';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseEnv } from '@drivewatch/config';
import * as z from 'zod';
import { metricsLine, type TickWatch, totalTicks, watchTicks } from './read-metrics';

const settings = z.object({
  /** The name that resolves to the addresses of all instances. */
  API_NAME: z.string(),
  API_PORT: z.string(),
  METRICS_TOKEN_SECRET: z.string(),
});
const ANSWER_LIMIT_MS = 5_000;

/** Lives as long as the function's environment; a new environment starts watching from scratch. */
let ticks: TickWatch | undefined;

/**
 * Runs every minute: asks every API for its metrics, and passes the figures behind alarms and scaling to CloudWatch,
 * which takes them from the log.
 *
 * @throws when no instance answers; the alarms then lack data, and go off
 */
export async function handler(): Promise<void> {
  const { API_NAME, API_PORT, METRICS_TOKEN_SECRET } = parseEnv(settings);
  const token = await new SecretsManagerClient().send(
    new GetSecretValueCommand({ SecretId: METRICS_TOKEN_SECRET }),
  );
  const addresses = await lookup(API_NAME, { all: true, family: 4 });
  const answers = await Promise.allSettled(
    addresses.map(({ address }) => ask(`http://${address}:${API_PORT}/metrics`, token.SecretString ?? '')),
  );
  const instances = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  if (instances.length === 0)
    throw new Error(`None of ${addresses.length} instances of the API reports its metrics`);
  const nowMs = Date.now();
  ticks = watchTicks(ticks, totalTicks(instances), nowMs);
  console.log(metricsLine(instances, ticks, nowMs));
}

async function ask(url: string, token: string): Promise<string> {
  const response = await fetch(url, {
    headers: { Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}

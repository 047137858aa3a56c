import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type S3Server, startS3Server } from '@drivewatch/testing';
import { handler } from '../src/metrics/handler';

const TOKEN = 'a-token-of-the-metrics';
const METRICS = `drivewatch_ticks_total 7
drivewatch_connected_clients 3
drivewatch_queue_oldest_waiting_seconds 42
drivewatch_queue_failed_jobs 1
`;

describe('the reader of the metrics (HTTP, Secrets Manager as moto plays it)', () => {
  let aws: S3Server;
  let api: Server;
  const before = { ...process.env };

  beforeAll(async () => {
    aws = await startS3Server();
    api = createServer((request, response) => {
      const isAllowed = request.url === '/metrics' && request.headers.authorization === `Bearer ${TOKEN}`;
      response.writeHead(isAllowed ? 200 : 401).end(isAllowed ? METRICS : '');
    }).listen(0, '127.0.0.1');
    await once(api, 'listening');
    Object.assign(process.env, aws.credentials, {
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_REGION: 'us-east-1',
      API_NAME: '127.0.0.1',
      API_PORT: String((api.address() as AddressInfo).port),
    });
  });

  afterAll(async () => {
    process.env = before;
    api.close();
    await aws.stop();
  });

  const secretOf = async (value: string): Promise<string> => {
    const created = await new SecretsManagerClient().send(
      new CreateSecretCommand({ Name: `secret-of-${value}`, SecretString: value }),
    );
    return created.ARN ?? '';
  };

  it("shows the token to the API, and says in CloudWatch's format what it was told", async () => {
    process.env.METRICS_TOKEN_SECRET = await secretOf(TOKEN);
    const lines: string[] = [];
    const log = jest.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line));
    await handler();
    log.mockRestore();
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      QueueOldestWaitingSeconds: 42,
      QueueFailedJobs: 1,
      ConnectedClients: 3,
      TickDelaySeconds: 0,
    });
    expect(lines[0]).not.toContain(TOKEN);
  });

  it('fails when no API tells it anything, so that the alarms miss their data', async () => {
    process.env.METRICS_TOKEN_SECRET = await secretOf('another-token');
    await expect(handler()).rejects.toThrow('None of 1 instances of the API reports its metrics');
  });
});

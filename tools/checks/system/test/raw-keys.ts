import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { postRecord } from './post-record';
import { RawClient } from './raw-client';
import { suiteStack } from './suite-stack';

describe('a device key, byte by byte', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });
  const body = JSON.stringify(aWireRecord({ driverID: 'raw-keys' }));

  const HEAD = [
    'POST /addData HTTP/1.1',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];

  /** Sends a head; once there is an answer, calls `then`, and returns the received text when the connection is over. */
  async function sent(
    fields: readonly string[],
    then: (client: RawClient) => void = () => undefined,
    head = HEAD,
  ) {
    const client = await RawClient.connect(stack.url);
    try {
      // Another address than that of the suite's other parts, which use up its failures.
      const lines = [
        ...head,
        'Host: localhost',
        ...fields,
        'X-Forwarded-For: 203.0.113.77',
        'Connection: close',
      ];
      client.write(`${lines.join('\r\n')}\r\n\r\n`);
      await client.status();
      then(client);
      await client.closed();
      return client.text;
    } finally {
      client.destroy();
    }
  }

  it('brings the refusal of a wrong one instead of 100 Continue', async () => {
    const text = await sent(['Expect: 100-continue', 'X-API-Key: dw_wrong']);
    expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 401']);
  });

  it('brings 100 Continue when it is right, and then the answer', async () => {
    const { key } = await stack.access.addKey();
    // A new key is known a moment later.
    const known = async () => (await postRecord(stack.url, aWireRecord(), { 'X-API-Key': key })).status;
    await eventually(async () => expect(await known()).toBe(202));
    const text = await sent(['Expect: 100-continue', `X-API-Key: ${key}`], (client) => client.write(body));
    expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 202']);
  });

  const statusesOf = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
  const signingIn = (type: string, length: number) => [
    'POST /api/session HTTP/1.1',
    `Content-Type: ${type}`,
    `Content-Length: ${length}`,
  ];

  it.each([
    ['is too long', signingIn('application/json', 70_000), '413'],
    ['is a form', signingIn('multipart/form-data', 2), '415'],
  ])('is not needed to sign in, and a body that %s is not asked for', async (_, head, status) => {
    const text = await sent(['Expect: 100-continue'], () => undefined, head);
    expect(statusesOf(text)).toEqual([status]);
  });

  it('is not needed to sign in, and the body is asked for', async () => {
    const head = signingIn('application/json; charset=utf-8', 2);
    const text = await sent(['Expect: 100-continue'], (client) => client.write('{}'), head);
    expect(statusesOf(text)).toEqual(['100', '400']);
  });

  it('is refused when its header came twice, and the answer says so', async () => {
    const { key } = await stack.access.addKey();
    const text = await sent([`X-API-Key: ${key}`, `x-api-key: ${key}`]);
    expect(text).toMatch(/^HTTP\/1\.1 401/);
    expect(text).toContain(String.raw`The header \"X-API-Key\" came 2 times; allowed: once`);
  });
});

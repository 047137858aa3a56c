import { Agent, request } from 'node:http';
import { aWireRecord } from '@drivewatch/contracts/samples';

/** The outcome of one request of a device. */
export type Outcome =
  { status: number; body: string; ids: string[]; connection: string | undefined } | 'refused' | 'cut off';

/** A device that posts records on one connection, kept open as long as the server wants it. */
export class KeepAliveDevice {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** @param url of the API, without a trailing slash */
  constructor(
    private readonly url: string,
    private readonly driverID: string,
  ) {}

  post(): Promise<Outcome> {
    return new Promise((resolve) => {
      const sending = request(`${this.url}/addData`, {
        agent: this.agent,
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
      });
      sending.on('response', (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => {
          const { ids = [] } = JSON.parse(body) as { ids?: string[] };
          const { connection } = response.headers;
          resolve({ status: response.statusCode ?? 0, body, ids, connection });
        });
        response.on('error', () => resolve('cut off'));
      });
      sending.on('error', ({ code }: NodeJS.ErrnoException) =>
        resolve(code === 'ECONNREFUSED' ? 'refused' : 'cut off'),
      );
      sending.end(JSON.stringify(aWireRecord({ driverID: this.driverID })));
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

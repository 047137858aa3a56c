import { eventually } from '@drivewatch/testing';
import { require } from '../../scenarios/watch';
import type { SizedScenario } from '../hostile-scenario';
import { RawConnections } from '../raw-connections';
import { connectPacket, EVENT, liveHandshake } from '../raw-sockets';

const COUNT = 10;

/** A user who has signed out sees nothing more, whatever was opened before. */
export const endedSession: SizedScenario = () => ({
  name: 'ended-session',
  what: `${COUNT} connections that are opened before a sign-out and ask for a socket after it, and ${COUNT} that never do`,
  act: async ({ stack, signIn, note }) => {
    const cookie = await signIn('viewer');
    const [late, silent] = [new RawConnections(stack.url), new RawConnections(stack.url)];
    try {
      for (const connections of [late, silent]) {
        await connections.open({ count: COUNT, bytes: liveHandshake(stack.url, { Cookie: cookie }) });
        await eventually(() => {
          require(connections.statuses.get(101) === COUNT, 'each connection to be let in');
        });
      }
      const { status } = await fetch(`${stack.url}/api/session`, { method: 'DELETE', headers: { cookie } });
      require(status === 204, `the sign-out to succeed, not ${status}`);
      late.send(connectPacket());
      const told = () => late.answers.filter((answer) => answer.includes(EVENT)).length;
      await eventually(() => {
        require(late.closed === COUNT || told() > 0, 'each that asks for a socket to be closed');
      });
      note(`${told()} of ${COUNT} were told something after the sign-out`);
      require(told() === 0, 'nobody to be told anything after the sign-out');
      await eventually(() => {
        require(silent.closed === COUNT, `those that ask for nothing to be closed, not ${silent.closed}`);
      });
    } finally {
      for (const connections of [late, silent]) connections.cut();
    }
  },
});

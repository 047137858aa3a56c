import { SESSION_PATH } from '@drivewatch/contracts';
import pMap from 'p-map';
import { require } from '../../scenarios/watch';
import { sized } from '../hostile-scenario';

const SIZES = { full: { tries: 60 }, short: { tries: 20 } };
const AT_ONCE = 6;
const HOME = '2001:db8:a:1::7';
/**
 * Ten, plus the first after which there is a pause, plus some for the pauses that end while a busy machine runs this.
 */
const MAX_CHECKED = 14;

/** Passwords are tried from more addresses than anybody has. */
export const passwordGuessing = sized(SIZES, ({ tries }) => ({
  name: 'password-guessing',
  what: `${tries} passwords of an account from ${tries} networks of one site, then of ${tries} sites, and as many of a name that nobody has`,
  // The scenario leaves an account behind that is slowed down for users who sign in to it from elsewhere.
  apiEnv: { TRUST_PROXY: '127.0.0.1' },
  isAlone: true,
  act: async ({ stack, signIn, note }) => {
    await signIn('viewer', { from: HOME });
    const attempt = async (name: string, from: string): Promise<number> => {
      const response = await fetch(stack.url + SESSION_PATH, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': from },
        body: JSON.stringify({ name, password: 'a guess' }),
      });
      await response.arrayBuffer();
      return response.status;
    };
    /** @returns how many passwords were checked; all other attempts were told to wait */
    const guess = async (name: string, addressOf: (n: number) => string): Promise<number> => {
      const addresses = Array.from({ length: tries }, (_, n) => addressOf(n + 1));
      const statuses = await pMap(addresses, (from) => attempt(name, from), { concurrency: AT_ONCE });
      const strange = statuses.find((status) => ![401, 429].includes(status));
      require(strange === undefined, `a guess to be answered 401 or 429, not ${strange}`);
      return statuses.filter((status) => status === 401).length;
    };
    const ofSite = (n: number): string => `2001:db8:bad:${n.toString(16)}::1`;
    const ofSites = (n: number): string => `2001:db8:${(0x1000 + n).toString(16)}::1`;
    for (const name of ['viewer', 'nobody']) {
      const [near, far] = [await guess(name, ofSite), await guess(name, ofSites)];
      note(`${name}: ${near} of ${tries} looked at from one site, ${far} from many`);
      require(near > 0 && near + far <= MAX_CHECKED, `at most ${MAX_CHECKED} to be looked at`);
    }
    await signIn('viewer', { from: HOME });
  },
}));

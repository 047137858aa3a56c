import { tellOfCommandLine } from '@drivewatch/config/command-line';
import { parseCommandLine } from './command-line';
import { servePeer } from './ingest/peers';

const [command, peer, redisUrl] = process.argv.slice(2);
try {
  // What the benchmark of ingestion starts beside itself; nobody types it.
  if (command === 'serve') await servePeer(peer, redisUrl);
  else await parseCommandLine(process.argv.slice(2))();
} catch (error) {
  const told = tellOfCommandLine(error, process);
  if (told === undefined) throw error;
  process.exitCode = told;
}

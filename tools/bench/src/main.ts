import { runIngestBenchmark } from './ingest-benchmark';
import { servePeer } from './peers';

const USAGE = `usage: npx nx run bench:ingest [-- --seconds N --rounds N]
  Measures POST /addData against a bare server and against one queue job per record, and POST → socket alert.`;

const [command, ...args] = process.argv.slice(2);
switch (command) {
  case 'ingest':
    await runIngestBenchmark(args);
    break;
  case 'serve':
    await servePeer(args[0], args[1]);
    break;
  default:
    console.error(USAGE);
    process.exitCode = 2;
}

import { runIngestBenchmark } from './ingest/ingest-benchmark';
import { servePeer } from './ingest/peers';
import { runPromisesBenchmark } from './promises/promises-benchmark';
import { runScaleOutBenchmark } from './scale-out/scale-out-benchmark';
import { runSummariesBenchmark } from './summaries/summaries-benchmark';
import { runSummaryPageBenchmark } from './summary-page/summary-page-benchmark';

const USAGE = `usage: npx nx run bench:ingest [-- --seconds N --rounds N --parts single,alerts,batches,overload,slow,duplicates]
  Measures POST /addData against a bare server and against one queue job per record, POST → socket alert, batches until
  they are stored against COPY, three times the load that it can take, slow connections, and duplicates.

usage: npx nx run bench:scale-out [-- --seconds N --records N --rounds N]
  Measures one and two APIs with one, two and four consumers, and what each part costs.

usage: npx nx run bench:summaries [-- --million N --workdir FOLDER]
  Measures the Spark job over a year of rows (10 million) against DuckDB, and what one day more costs.

usage: npx nx run bench:summary-page [-- --drivers N --days N --hours N --rounds N]
  Measures how soon the Summary page shows a month of a large fleet in a real browser.

usage: npx nx run bench:promises [-- --rounds N]
  Measures what the documents promise to happen within a time: refusals, cuts, orderly ends, revoked keys.`;

const [command, ...args] = process.argv.slice(2);
switch (command) {
  case 'ingest':
    await runIngestBenchmark(args);
    break;
  case 'scale-out':
    await runScaleOutBenchmark(args);
    break;
  case 'summaries':
    await runSummariesBenchmark(args);
    break;
  case 'summary-page':
    await runSummaryPageBenchmark(args);
    break;
  case 'promises':
    await runPromisesBenchmark(args);
    break;
  case 'serve':
    await servePeer(args[0], args[1]);
    break;
  default:
    console.error(USAGE);
    process.exitCode = 2;
}

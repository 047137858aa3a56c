import { tmpdir } from 'node:os';
import { integerOption, listOption, readCommandLine, refuse } from '@drivewatch/config/command-line';
import { PARTS, runIngestBenchmark } from './ingest/ingest-benchmark';
import { runPromisesBenchmark } from './promises/promises-benchmark';
import { runScaleOutBenchmark } from './scale-out/scale-out-benchmark';
import { runSummariesBenchmark } from './summaries/summaries-benchmark';
import { runSummaryPageBenchmark } from './summary-page/summary-page-benchmark';

const PROGRAM_TEXT = {
  name: 'bench',
  description: 'Benchmarks of Drivewatch. Nx builds and runs them: npx nx run bench:COMMAND -- OPTIONS',
};

const count = (flags: string, description: string, meant: number) =>
  integerOption(flags, description, { min: 1, default: meant });
const rounds = (meant: number) => count('--rounds <n>', 'how often everything is measured', meant);

/** @returns the benchmark to run @throws UsageError @throws HelpAsked */
export function parseCommandLine(args: readonly string[]): () => Promise<void> {
  return readCommandLine<() => Promise<void>>(args, PROGRAM_TEXT, (program, ask) => {
    const benchmark = (name: string, description: string, run: (options: never) => Promise<void>) =>
      program
        .command(name)
        .description(description)
        .action((options: unknown) => {
          // Commander knows no types: these are the options that are given to the command below.
          ask(() => run(options as never));
        });
    benchmark(
      'ingest',
      'POST /addData against a bare server and against one queue job per record, POST → socket alert, batches until they are stored against COPY, three times the load that it can take, slow connections, and duplicates',
      runIngestBenchmark,
    )
      .addOption(count('--seconds <n>', 'of one measurement', 5))
      .addOption(rounds(5))
      .addOption(listOption('--parts <names>', 'these parts alone', PARTS));
    benchmark(
      'scale-out',
      'one and two APIs with one, two and four consumers, and what each part costs',
      runScaleOutBenchmark,
    )
      .addOption(count('--seconds <n>', 'of single records and of alerts in a round', 4))
      .addOption(count('--records <n>', "of a round's batches", 50_000))
      .addOption(rounds(3));
    benchmark(
      'summaries',
      'the Spark job over a year of rows against DuckDB, and what one day more costs',
      runSummariesBenchmark,
    )
      .option('--million <n>', 'rows of the year, in millions', toMillions, 10)
      .option('--workdir <folder>', 'on a disk with room for about 600 bytes a row', tmpdir());
    benchmark(
      'summary-page',
      'how soon the Summary page shows a month of a large fleet in a real browser',
      runSummaryPageBenchmark,
    )
      .addOption(count('--drivers <n>', 'of the fleet', 10_000))
      .addOption(count('--days <n>', 'that there are', 31))
      .addOption(count('--hours <n>', 'that each drives a day', 10))
      .addOption(rounds(3));
    benchmark(
      'promises',
      'what the documents promise to happen within a time: refusals, cuts, orderly ends, revoked keys',
      runPromisesBenchmark,
    ).addOption(rounds(3));
  });
}

function toMillions(text: string): number {
  const millions = Number(text);
  return millions > 0 && Number.isFinite(millions) ? millions : refuse('a number above 0');
}

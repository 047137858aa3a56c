import { runJobs } from './jobs';

process.exitCode = await runJobs({
  args: process.argv.slice(2),
  output: process.stdout,
  notes: process.stderr,
});

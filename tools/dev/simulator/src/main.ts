import { runSimulator } from './simulator';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stop.abort(new Error(`Stopped by ${signal}`));
  });
}
const print = (text: string) => {
  console.log(text);
};
process.exitCode = await runSimulator(process.argv.slice(2), print, stop.signal);

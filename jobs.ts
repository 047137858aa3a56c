import { startStack, aWireRecord } from '@drivewatch/test-stack';
import { Load } from './tools/bench/src/ingest/load';
import { mkdtemp, readFile } from 'node:fs/promises';
const dir = await mkdtemp('/tmp/dw/prof/x');
const load = await Load.prepare(dir, JSON.stringify(aWireRecord()));
const cpu = async (pid: number) => { const f = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' '); return (Number(f[11]) + Number(f[12])) * 10; };
for (let i=0;i<2;i++) for (const where of ['/tmp/dw/h6','/tmp/dw/int']) {
process.chdir(where);
const stack = await startStack({ consumers: 0, tickSeconds: 3600 });
await load.run(stack.url, 64, 2);
await stack.queue().drain();
const before = await cpu(stack.api().pid);
const r = await load.run(stack.url, 64, 4);
const used = await cpu(stack.api().pid) - before;
const jobs = await stack.queue().getWaitingCount();
console.log(where, r.requests, jobs, (r.requests / jobs).toFixed(1), 'rec/job', (used * 1000 / r.requests).toFixed(1), 'us cpu/request');
await stack.stop();
}

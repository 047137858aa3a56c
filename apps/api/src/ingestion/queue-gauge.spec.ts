import { QueueGauge } from './queue-gauge';

describe(QueueGauge.name, () => {
  it('adds what was added since the queue was asked', async () => {
    const gauge = new QueueGauge(() => Promise.resolve(7));
    await gauge.poll();
    gauge.countAdded();
    gauge.countAdded();
    expect(gauge.jobs).toBe(9);
    await gauge.poll();
    expect(gauge.jobs).toBe(7);
  });

  it('forgets nothing that is added while the queue is being asked', async () => {
    let answer: (jobs: number) => void = () => undefined;
    const gauge = new QueueGauge(() => new Promise((resolve) => (answer = resolve)));
    gauge.countAdded();
    const polled = gauge.poll();
    gauge.countAdded();
    answer(1);
    await polled;
    expect(gauge.jobs).toBe(2);
  });

  it('keeps the last answer while the queue is away', async () => {
    const answers = [Promise.resolve(3), Promise.reject(new Error('away'))];
    answers[1]?.catch(() => undefined);
    const gauge = new QueueGauge(() => answers.shift() ?? Promise.resolve(0));
    await gauge.poll();
    await gauge.poll();
    expect(gauge.jobs).toBe(3);
  });
});

import { whileApiRuns } from './while-api-runs';

const anApi = (fields: { isRunning: boolean; output?: string }) => {
  const api = { output: '', ...fields };
  return { api, stack: { api: () => api } as unknown as Parameters<typeof whileApiRuns>[0] };
};

describe(whileApiRuns, () => {
  it('rethrows what the work throws while the API runs', async () => {
    const { stack } = anApi({ isRunning: true });
    await expect(whileApiRuns(stack, false, () => Promise.reject(new Error('a bound')))).rejects.toThrow(
      'a bound',
    );
    await expect(whileApiRuns(stack, false, () => Promise.resolve())).resolves.toBeUndefined();
  });

  it('reports the last output of an API that has ended, rather than the failure caused by that', async () => {
    const { api, stack } = anApi({ isRunning: true, output: 'FATAL ERROR: heap out of memory' });
    const work = (): Promise<void> => {
      api.isRunning = false;
      return Promise.reject(new Error('fetch failed'));
    };
    await expect(whileApiRuns(stack, false, work)).rejects.toThrow(/has ended:\nFATAL ERROR: heap/);
  });

  it('does not wait for work that an API that has ended will never let finish', async () => {
    const { stack } = anApi({ isRunning: false });
    await expect(whileApiRuns(stack, false, () => new Promise(() => undefined))).rejects.toThrow('has ended');
  });
});

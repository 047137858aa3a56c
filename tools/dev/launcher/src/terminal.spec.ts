import { Terminal } from './terminal';

function aTerminal(isTTY: boolean): { terminal: Terminal; written: () => string } {
  let text = '';
  const write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  return { terminal: new Terminal({ write, isTTY }), written: () => text };
}

describe(Terminal.name, () => {
  it('writes one line per finished step if the output is a file', async () => {
    const { terminal, written } = aTerminal(false);
    const result = await terminal.step('Redis', () => Promise.resolve({ line: 'Redis 7', result: 42 }));
    expect(result).toBe(42);
    expect(written()).toMatch(/^✓ Redis 7 \(\d+\.\d s\)\n$/);
  });

  it('shows a running step below other lines and removes it in the end', async () => {
    const { terminal, written } = aTerminal(true);
    const clear = '\r\u001b[2K';
    await expect(
      terminal.step('Redis', () => {
        terminal.print('installing');
        return Promise.reject(new Error('no network'));
      }),
    ).rejects.toThrow('no network');
    expect(written()).toBe(`… Redis${clear}installing\n… Redis${clear}`);
  });
});

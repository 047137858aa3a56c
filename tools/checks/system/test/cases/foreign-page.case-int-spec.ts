import { eventually, type Stack, startStack } from '@drivewatch/testing';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { acceptedId } from '../post-record';
import { countStored } from '../stored';
import { runCase } from './case-files';

describe('a page of another site that has its name point here', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.stop());

  it('14: can neither pause the queue nor forge a record', async () => {
    expect(await runCase('14-dns-rebinding-writes.sh', stack.url)).toMatch(
      /^pause 421\nforge 421\nresume 2\d\d\n$/,
    );
    expect(await stack.queue().isPaused()).toBe(false);
    await acceptedId(stack.url, aWireRecord({ driverID: 'honest' }));
    await eventually(async () => {
      expect(await countStored(stack, 'honest')).toBe(1);
    });
    expect(await countStored(stack, 'forged')).toBe(0);
  });
});

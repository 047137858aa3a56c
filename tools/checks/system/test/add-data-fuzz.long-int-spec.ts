import { type Stack, startStack } from '@drivewatch/testing';
import { sendHostileBodies } from './hostile-run';

const BODIES = 10_000;

describe('POST /addData under hostile bodies', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ consumers: 1 });
  });
  afterAll(() => stack.stop());

  it(`answers ${BODIES} of them without a failure of its own, and stores only records`, async () => {
    await sendHostileBodies(stack, BODIES);
  });
});

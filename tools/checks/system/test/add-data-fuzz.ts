import type { Stack } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';
import { sendHostileBodies } from './hostile-run';

const BODIES = 800;

describe('POST /addData under hostile bodies', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });

  it(`answers ${BODIES} of them without a failure of its own, and stores only records`, async () => {
    await sendHostileBodies(stack, BODIES);
  });
});

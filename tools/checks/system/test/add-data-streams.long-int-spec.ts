import { type Stack, startStack } from '@drivewatch/testing';
import { CSV_UPLOAD, FLAT_STACK, uploadInFlatMemory } from './flat-uploads';

describe('POST /addData with CSV that goes on and on', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(FLAT_STACK);
  });
  afterAll(() => stack.stop());

  it('takes 100 MB in constant memory', async () => {
    await uploadInFlatMemory(stack, CSV_UPLOAD);
  });
});

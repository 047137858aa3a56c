import { IMPATIENT } from '@drivewatch/testing';
import { printWhenTold } from './log-lines';
import { startSuiteStack } from './suite-stack';
import './numbers-shown';
import { STALLED_SECONDS } from './health-shown';
import './kept-by-redis';
import './other-versions';
// This part ends the apps, and so comes last.
import './last-lines';

startSuiteStack({
  consumers: 1,
  archiveEvery: '1s',
  env: { ...IMPATIENT, QUEUE_STALLED_SECONDS: String(STALLED_SECONDS), NODE_OPTIONS: printWhenTold },
});

import { startSuiteStack } from './suite-stack';
import './device-keys';
import './key-owners';
import './live-keys';
import './live-reader';
import './raw-keys';

// The first part expects an empty queue.
startSuiteStack({ access: {}, apiEnv: { TRUST_PROXY: '127.0.0.1' } });

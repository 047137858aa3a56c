import { startSuiteStack } from './suite-stack';
import { S3_CREDENTIALS } from './cdn';
import './edge-cache';

Object.assign(process.env, S3_CREDENTIALS);
// Nothing has been published at first, which one of the parts checks.
startSuiteStack({ consumers: 0 });

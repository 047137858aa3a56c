import { startSuiteStack } from './suite-stack';
import './rolling-restart';
import './stopping';

// What stops comes last: it leaves no consumer behind.
startSuiteStack();

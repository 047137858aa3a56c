import { startSuiteStack } from './suite-stack';
import './rolling-restart';
import './stopping';

// The part about stopping comes last: it leaves no consumer behind.
startSuiteStack();

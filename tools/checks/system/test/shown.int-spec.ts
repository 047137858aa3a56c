import { startSuiteStack } from './suite-stack';
import './removed-drivers';
import './wrong-clocks';
import './late-records';
import './used-ids';
import './runbook';

// The first part expects that nobody has sent anything before.
startSuiteStack({ apiEnv: { ALERT_MAX_AGE: '10m' } });

import { startSuiteStack } from './suite-stack';
import './audit-log';
import './dashboard-access';
import './open-access';
import './live-connections';
import './shared-address';
import './sign-in-limits';

startSuiteStack({
  consumers: 0,
  access: {},
  apiEnv: { TRUST_PROXY: '127.0.0.1', ALLOWED_ORIGINS: 'https://fleet.example' },
});

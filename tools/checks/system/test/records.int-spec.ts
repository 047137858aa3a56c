import { startSuiteStack } from './suite-stack';
import './real-data';
import './add-data-fuzz';
import './add-data';
import './add-data-batches';
import './add-data-bodies';
import './record-warnings';
import './raw-answers';
import './raw-refusals';
import './cut-connections';
import './device-page';
import './socket-answers';

// The first two parts count everything that is stored.
startSuiteStack({ consumers: 2, timeZone: 'Asia/Shanghai' });

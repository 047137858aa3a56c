import { describeDriving } from './simulated-driving';

describeDriving(200);

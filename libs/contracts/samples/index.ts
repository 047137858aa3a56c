export { aDaySummary, type SampleHour } from './day-summary';
export { aRecord } from './driving-record';
export { aWireRecord } from './wire-record';

export * from './alerts';
export * from './detail-record';
export * from './driving-record';
export * from './live-events';
export * from './problem';
export * from './record-job';
export * from './summaries';
export * from './wire-record';

export * from './access';
export * from './alerts';
export * from './archive-job';
export * from './detail-record';
export * from './driver-score';
export * from './driving-record';
export * from './live-events';
export * from './live-payloads';
export * from './problem';
export * from './record-clock';
export * from './record-job';
export * from './sign-in';
export * from './summaries';
export {
  DECIMAL_PATTERN,
  type FleetTimeParser,
  ISO_TIME_PATTERN,
  MAX_AHEAD_MS,
  WALL_TIME_PATTERN,
} from './wire-field';
export * from './wire-record';

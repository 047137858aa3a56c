// Everything that pages use is exported with `export *`. If it is named here one by one, the bundler puts this whole
// folder, and zod with it, into what a page loads first.
export * from './access';
export * from './alerts';
export * from './archive-job';
export * from './audit';
export * from './detail-record';
export * from './driving-record';
export * from './live-events';
export * from './live-payloads';
export * from './live-wire';
export { printable } from './printable';
export * from './problem';
export * from './record-clock';
export * from './record-job';
export * from './record-warning';
export * from './sign-in';
export * from './speed-points';
export * from './summaries';
export { DECIMAL_PATTERN, shown } from './wire-field';
export { normaliseName } from './wire-name';
export * from './wire-record';
export {
  type FleetTimeParser,
  ISO_TIME_PATTERN,
  MAX_AHEAD_MS,
  parseTime,
  TIME_ALLOWED,
  WALL_TIME_PATTERN,
} from './wire-time';

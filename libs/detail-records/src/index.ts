export { detailLineToRecord } from './detail-line';
export { type Line, LONGEST_LINE_BYTES, NOT_UTF8, splitLines } from './lines';
export { createFleetClock, type FleetClock } from './fleet-clock';

export { createFleetClock, type FleetClock } from './fleet-clock';

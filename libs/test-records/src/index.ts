export { aRecord } from './driving-record';
export { aWireRecord } from './wire-record';

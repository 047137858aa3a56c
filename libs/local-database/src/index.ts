export { type DatabaseSettings, tellOfDatabase, withDatabase } from './with-database';

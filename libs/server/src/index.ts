export {
  type ArchiveRuns,
  noteArchiveFailure,
  noteArchiveInterval,
  noteArchiveSuccess,
  readArchiveRuns,
} from './archive-runs';
export { logForeignOutput } from './foreign-output';
export { createLogger, JsonLogger, type LoggerOptions, type LogLevel } from './json-logger';
export { MetricsPublisher, publishedMetrics, type PublishedMetrics } from './published-metrics';
export { stopInOrder } from './stop-in-order';

/** The namespace of what the reader publishes, which alarms and scaling use. */
export const METRIC_NAMESPACE = 'Drivewatch';
export const METRICS = {
  /** The age of the next job; 0 while none waits. */
  queueAge: { name: 'QueueOldestWaitingSeconds', unit: 'Seconds' },
  queueWaiting: { name: 'QueueWaitingJobs', unit: 'Count' },
  /** How long there have been jobs of which none was finished. */
  queueStalled: { name: 'QueueStalledSeconds', unit: 'Seconds' },
  failedJobs: { name: 'QueueFailedJobs', unit: 'Count' },
  connectedClients: { name: 'ConnectedClients', unit: 'Count' },
  /** How long no instance has made a tick. */
  tickDelay: { name: 'TickDelaySeconds', unit: 'Seconds' },
  /** The number of runs since the last successful one. */
  archiveFailedRuns: { name: 'ArchiveFailedRuns', unit: 'Count' },
  /** How long the oldest record that is not archived has been stored; 0 while all are archived. */
  archiveBacklog: { name: 'ArchiveBacklogSeconds', unit: 'Seconds' },
  /** The number of days that retention keeps because the bucket does not hold all of their records. */
  archiveDifferingDays: { name: 'ArchiveDifferingDays', unit: 'Count' },
  /** The time since the last successful run; unknown before the first. */
  summariesAge: { name: 'SummariesAgeSeconds', unit: 'Seconds' },
} as const;

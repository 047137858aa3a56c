/** What the reader publishes; alarms and scaling go by it. */
export const METRIC_NAMESPACE = 'Drivewatch';
export const METRICS = {
  /** Age of the job that is next; 0 while none waits. */
  queueAge: { name: 'QueueOldestWaitingSeconds', unit: 'Seconds' },
  queueWaiting: { name: 'QueueWaitingJobs', unit: 'Count' },
  /** For how long there have been jobs of which none was finished. */
  queueStalled: { name: 'QueueStalledSeconds', unit: 'Seconds' },
  failedJobs: { name: 'QueueFailedJobs', unit: 'Count' },
  connectedClients: { name: 'ConnectedClients', unit: 'Count' },
  /** For how long no instance has made a tick. */
  tickDelay: { name: 'TickDelaySeconds', unit: 'Seconds' },
  /** Runs since the last one that ended well. */
  archiveFailedRuns: { name: 'ArchiveFailedRuns', unit: 'Count' },
  /** How long the oldest record that is not archived has been stored; 0 while all are. */
  archiveBacklog: { name: 'ArchiveBacklogSeconds', unit: 'Seconds' },
  /** Days that retention keeps since the bucket does not hold all of them. */
  archiveDifferingDays: { name: 'ArchiveDifferingDays', unit: 'Count' },
  /** Since the last run that ended well; not known before the first. */
  summariesAge: { name: 'SummariesAgeSeconds', unit: 'Seconds' },
} as const;

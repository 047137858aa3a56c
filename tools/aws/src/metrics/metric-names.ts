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
} as const;

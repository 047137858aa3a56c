/** How large a Drivewatch on AWS is. docs/aws.md shows where the numbers come from, and what each costs. */

export const SIZE_NAMES = ['small', 'large'] as const;
export type SizeName = (typeof SIZE_NAMES)[number];

/** Instances of one program on Fargate. */
export interface ServiceSize {
  /** Of one task, in units of 1/1024 virtual CPU; Node computes on one, so more than 1024 is of little use. */
  readonly cpuUnits: number;
  readonly memoryMib: number;
  /** Tasks, of which two at least so that one may end. */
  readonly minTasks: number;
  readonly maxTasks: number;
}

export interface Size {
  readonly name: SizeName;
  /** Vehicles that drive at the same time and report every 10 s each. */
  readonly vehicles: number;
  readonly natGateways: number;
  readonly api: ServiceSize;
  readonly consumer: ServiceSize;
  /** MemoryDB node type; there are two nodes. */
  readonly queueNodeType: string;
  /** RDS instance class without `db.`; there are two instances. */
  readonly databaseInstance: string;
  readonly databaseStorageGib: number;
  /** The storage grows by itself up to this. */
  readonly databaseMaxStorageGib: number;
  /** Records that are older, and archived, leave PostgreSQL: what is left fits into the storage that it begins with. */
  readonly retentionDays: number;
  /** What EMR Serverless may use at once for the summaries. */
  readonly summaries: { readonly vcpu: number; readonly memoryGb: number; readonly diskGb: number };
}

export const SIZES: Readonly<Record<SizeName, Size>> = {
  small: {
    name: 'small',
    vehicles: 1_000,
    natGateways: 1,
    api: { cpuUnits: 512, memoryMib: 1024, minTasks: 2, maxTasks: 4 },
    consumer: { cpuUnits: 256, memoryMib: 512, minTasks: 2, maxTasks: 4 },
    queueNodeType: 'db.t4g.small',
    databaseInstance: 't4g.medium',
    databaseStorageGib: 100,
    databaseMaxStorageGib: 500,
    retentionDays: 90,
    summaries: { vcpu: 8, memoryGb: 32, diskGb: 100 },
  },
  large: {
    name: 'large',
    vehicles: 50_000,
    natGateways: 2,
    // Eight at most: Cloud Map tells the reader of the metrics of no more.
    api: { cpuUnits: 1024, memoryMib: 2048, minTasks: 4, maxTasks: 8 },
    consumer: { cpuUnits: 1024, memoryMib: 2048, minTasks: 3, maxTasks: 8 },
    queueNodeType: 'db.r7g.large',
    databaseInstance: 'r7g.2xlarge',
    databaseStorageGib: 2_000,
    databaseMaxStorageGib: 8_000,
    retentionDays: 30,
    summaries: { vcpu: 64, memoryGb: 256, diskGb: 800 },
  },
};

/** The sizes of a Drivewatch on AWS. docs/aws.md shows where the numbers come from, and what each costs. */

export const SIZE_NAMES = ['small', 'large'] as const;
export type SizeName = (typeof SIZE_NAMES)[number];

/** The instances of one program on Fargate. */
export interface ServiceSize {
  /** The units of one task, each 1/1024 virtual CPU; Node computes on one CPU, so more than 1024 is of little use. */
  readonly cpuUnits: number;
  readonly memoryMib: number;
  /** The number of tasks, at least two so that one may end. */
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
  /** The storage grows automatically up to this size. */
  readonly databaseMaxStorageGib: number;
  /** Archived records older than this leave PostgreSQL: the rest fits into the initial storage. */
  readonly retentionDays: number;
  /** The most that EMR Serverless may use for the summaries at a time. */
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
    // The limit is eight, because Cloud Map returns no more to the metrics reader.
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

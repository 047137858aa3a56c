/** Everything that Spark is told from outside. How the job itself reads and writes is in tools/summaries. */

/** The Spark that a job runs on. */
export interface Spark {
  /** Path or name of its `spark-submit`. */
  readonly submit: string;
  /** Folder of the installation; null where it is not the usual layout, as on EMR. */
  readonly home: string | null;
  /** Version of the Hadoop client in it; null together with `home`. */
  readonly hadoopVersion: string | null;
  /** Whether it reads `s3a://` without packages from outside. */
  readonly readsS3: boolean;
  /** Its Python, when Drivewatch has installed both. */
  readonly python: string | null;
}

/** One run of the summaries job. */
export interface SparkJob {
  readonly spark: Spark;
  /** As `spark-submit --master` takes it. */
  readonly master: string;
  /** Of a local master, such as `2g`. */
  readonly driverMemory: string;
  /** Absolute; Spark's scratch files. */
  readonly workDir: string;
  /** Absolute; jars from Maven Central, kept between runs. */
  readonly packagesDir: string;
  /** The program, its modules as a zip, and the settings of Spark's own log; absolute paths. */
  readonly program: string;
  readonly modules: string;
  readonly logSettingsUrl: string;
  readonly programArguments: readonly string[];
  /** Whether a bucket is on S3. */
  readonly usesS3: boolean;
  /** Of an S3-compatible server. */
  readonly s3Endpoint: string | undefined;
  readonly awsRegion: string | undefined;
}

/** What S3-compatible servers are told, which mostly do not care. */
const DEFAULT_REGION = 'us-east-1';
/** The keys of the environment, which Spark hands on to executors, then the SDK's own chain: profile, machine's role. */
const CREDENTIALS_PROVIDERS = [
  'org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider',
  'org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider',
  'software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider',
];
/** With this one in its environment, Spark looks up the machine's own name, which need not resolve. */
const AWS_KEY = 'AWS_ACCESS_KEY_ID';
const LOOPBACK = '127.0.0.1';

/**
 * The AWS SDK that a version of hadoop-aws is built with, from the pom of its hadoop-project. Named here because
 * hadoop-aws asks for the SDK of all services in one jar of 640 MB; the parts that it uses have 14 MB.
 */
const AWS_SDK_OF_HADOOP: Readonly<Record<string, string>> = { '3.4.2': '2.29.52' };
const AWS_SDK_PARTS = ['s3', 's3-transfer-manager', 'sts'];
/** Spark has a Netty of its own; a second one beside it may not fit. */
const LEFT_OUT = ['software.amazon.awssdk:bundle', 'io.netty:*'];

/** The arguments of `spark-submit`. No secret is among them: everyone on the machine can read a command line. */
export function sparkArguments(job: SparkJob): string[] {
  const settings = { ...(isLocal(job.master) ? localSettings(job) : {}), ...s3Settings(job) };
  return [
    ...['--master', job.master],
    ...(isLocal(job.master) ? localOptions(job) : []),
    ...(bringsS3(job) ? packageOptions(job) : []),
    ...Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
    ...['--py-files', job.modules],
    job.program,
    ...job.programArguments,
  ];
}

/** The environment of `spark-submit`: the caller's with what it needs beside. */
export function sparkEnvironment(
  job: SparkJob,
  inherited: Readonly<Record<string, string>>,
): Record<string, string> {
  const { home, python } = job.spark;
  const region = job.awsRegion ?? (job.s3Endpoint === undefined ? undefined : DEFAULT_REGION);
  const kept = Object.entries(inherited).filter(([name]) => job.usesS3 || name !== AWS_KEY);
  return {
    ...Object.fromEntries(kept),
    // A SPARK_HOME of another installation would be run instead.
    ...(python !== null && home !== null
      ? { SPARK_HOME: home, PYSPARK_PYTHON: python, PYSPARK_DRIVER_PYTHON: python }
      : {}),
    ...(isLocal(job.master) ? { SPARK_LOCAL_IP: LOOPBACK } : {}),
    // Java's SDK reads the one, Python's the other.
    ...(job.usesS3 && region !== undefined ? { AWS_REGION: region, AWS_DEFAULT_REGION: region } : {}),
  };
}

const isLocal = (master: string): boolean => /^local\b/.test(master);

/** An installed Spark whose S3 reader is not seen is taken to have one: EMR's is elsewhere. */
const bringsS3 = ({ usesS3, spark }: SparkJob): boolean =>
  usesS3 && !spark.readsS3 && spark.hadoopVersion !== null;

function localOptions({ driverMemory, logSettingsUrl }: SparkJob): string[] {
  return [
    ...['--driver-memory', driverMemory],
    ...['--driver-java-options', `-Dlog4j2.configurationFile=${logSettingsUrl}`],
  ];
}

function localSettings({ workDir }: SparkJob): Record<string, string> {
  return {
    'spark.ui.enabled': 'false',
    // Both: a machine's own name may not resolve, or to an address that nothing listens on.
    'spark.driver.host': LOOPBACK,
    'spark.driver.bindAddress': LOOPBACK,
    'spark.local.dir': workDir,
    // Of Spark's usual 200 most would be empty on one machine; these still fit in memory one at a time.
    'spark.sql.shuffle.partitions': '32',
  };
}

function packageOptions({ spark, packagesDir }: SparkJob): string[] {
  const hadoopVersion = spark.hadoopVersion ?? '';
  const sdkVersion = AWS_SDK_OF_HADOOP[hadoopVersion];
  const hadoopAws = `org.apache.hadoop:hadoop-aws:${hadoopVersion}`;
  const ivy = ['--conf', `spark.jars.ivy=${packagesDir}`];
  // Of a version that is not known here, everything that it asks for.
  if (sdkVersion === undefined) return ['--packages', hadoopAws, ...ivy];
  const parts = AWS_SDK_PARTS.map((part) => `software.amazon.awssdk:${part}:${sdkVersion}`);
  return ['--packages', [hadoopAws, ...parts].join(','), '--exclude-packages', LEFT_OUT.join(','), ...ivy];
}

function s3Settings(job: SparkJob): Record<string, string> {
  if (!job.usesS3) return {};
  return {
    ...(bringsS3(job) && {
      'spark.hadoop.fs.s3a.aws.credentials.provider': CREDENTIALS_PROVIDERS.join(','),
    }),
    ...(job.awsRegion !== undefined && { 'spark.hadoop.fs.s3a.endpoint.region': job.awsRegion }),
    ...(job.s3Endpoint !== undefined && {
      'spark.hadoop.fs.s3a.endpoint': job.s3Endpoint,
      'spark.hadoop.fs.s3a.endpoint.region': job.awsRegion ?? DEFAULT_REGION,
      'spark.hadoop.fs.s3a.path.style.access': 'true',
    }),
  };
}

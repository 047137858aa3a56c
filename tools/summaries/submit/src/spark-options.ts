/** The settings that Spark gets from outside. How the job itself reads and writes is in tools/summaries. */

/** The Spark that a job runs on. */
export interface Spark {
  /** The path or name of its `spark-submit`. */
  readonly submit: string;
  /** The folder of the installation; null where it has an unusual layout, as on EMR. */
  readonly home: string | null;
  /** The version of its Hadoop client; null together with `home`. */
  readonly hadoopVersion: string | null;
  /** True if it reads `s3a://` without further packages. */
  readonly readsS3: boolean;
  /** Its Python, when Drivewatch has installed both. */
  readonly python: string | null;
}

/** One run of the summaries job. */
export interface SparkJob {
  readonly spark: Spark;
  /** The master as `spark-submit --master` takes it. */
  readonly master: string;
  /** The memory of a local master, such as `2g`. */
  readonly driverMemory: string;
  /** The absolute path of Spark's scratch files. */
  readonly workDir: string;
  /** The absolute path of jars from Maven Central, which are kept between runs. */
  readonly packagesDir: string;
  /** The program, its modules as a zip, and the settings of Spark's own log; all are absolute paths. */
  readonly program: string;
  readonly modules: string;
  readonly logSettingsUrl: string;
  readonly programArguments: readonly string[];
  /** True if a bucket is on S3. */
  readonly usesS3: boolean;
  /** The address of an S3-compatible server. */
  readonly s3Endpoint: string | undefined;
  readonly awsRegion: string | undefined;
}

/** The region for S3-compatible servers, which mostly ignore it. */
const DEFAULT_REGION = 'us-east-1';
/**
 * The credentials are the keys of the environment, which Spark passes on to executors, then the SDK's own chain:
 * profile, machine's role.
 */
const CREDENTIALS_PROVIDERS = [
  'org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider',
  'org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider',
  'software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider',
];
/** Spark looks up the machine's own name, which need not resolve, unless this variable is in its environment. */
const AWS_KEY = 'AWS_ACCESS_KEY_ID';
const LOOPBACK = '127.0.0.1';

/**
 * Maps a version of hadoop-aws to the AWS SDK that it is built with, as in the pom of its hadoop-project. The SDK is
 * named here because hadoop-aws asks for the SDK of all services in one jar of 640 MB; the parts that it uses take 14
 * MB.
 */
const AWS_SDK_OF_HADOOP: Readonly<Record<string, string>> = { '3.4.2': '2.29.52' };
const AWS_SDK_PARTS = ['s3', 's3-transfer-manager', 'sts'];
/** Spark has its own Netty, and a second one beside it may not fit. */
const LEFT_OUT = ['software.amazon.awssdk:bundle', 'io.netty:*'];

/**
 * Returns the arguments of `spark-submit`, without secrets, because everyone on the machine can read a command line.
 */
export function sparkArguments(job: SparkJob): string[] {
  const settings = { ...(isLocal(job.master) ? localSettings(job) : {}), ...s3Settings(job) };
  return [
    '--master',
    job.master,
    ...(isLocal(job.master) ? localOptions(job) : []),
    ...(bringsS3(job) ? packageOptions(job) : []),
    ...Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
    '--py-files',
    job.modules,
    job.program,
    ...job.programArguments,
  ];
}

/** Returns the environment of `spark-submit`: the caller's, with additions. */
export function sparkEnvironment(
  job: SparkJob,
  inherited: Readonly<Record<string, string>>,
): Record<string, string> {
  const { home, python } = job.spark;
  const region = job.awsRegion ?? (job.s3Endpoint === undefined ? undefined : DEFAULT_REGION);
  const kept = Object.entries(inherited).filter(([name]) => job.usesS3 || name !== AWS_KEY);
  return {
    ...Object.fromEntries(kept),
    // The SPARK_HOME of another installation would be run instead.
    ...(python !== null && home !== null
      ? { SPARK_HOME: home, PYSPARK_PYTHON: python, PYSPARK_DRIVER_PYTHON: python }
      : {}),
    ...(isLocal(job.master) ? { SPARK_LOCAL_IP: LOOPBACK } : {}),
    // Java's SDK reads the first of these, Python's the second.
    ...(job.usesS3 && region !== undefined ? { AWS_REGION: region, AWS_DEFAULT_REGION: region } : {}),
  };
}

const isLocal = (master: string): boolean => /^local\b/.test(master);

/** Returns whether Spark can read S3. If no S3 reader is found, one is assumed to be elsewhere, as EMR's is. */
const bringsS3 = ({ usesS3, spark }: SparkJob): boolean =>
  usesS3 && !spark.readsS3 && spark.hadoopVersion !== null;

function localOptions({ driverMemory, logSettingsUrl }: SparkJob): string[] {
  return [
    '--driver-memory',
    driverMemory,
    '--driver-java-options',
    `-Dlog4j2.configurationFile=${logSettingsUrl}`,
  ];
}

function localSettings({ workDir }: SparkJob): Record<string, string> {
  return {
    'spark.ui.enabled': 'false',
    // Both are needed: a machine's own name may not resolve, or may resolve to an address on which nothing listens.
    'spark.driver.host': LOOPBACK,
    'spark.driver.bindAddress': LOOPBACK,
    'spark.local.dir': workDir,
    // Most of Spark's usual 200 partitions would be empty on one machine; 32 still fit in memory one at a time.
    'spark.sql.shuffle.partitions': '32',
  };
}

function packageOptions({ spark, packagesDir }: SparkJob): string[] {
  const hadoopVersion = spark.hadoopVersion ?? '';
  const sdkVersion = AWS_SDK_OF_HADOOP[hadoopVersion];
  const hadoopAws = `org.apache.hadoop:hadoop-aws:${hadoopVersion}`;
  const ivy = ['--conf', `spark.jars.ivy=${packagesDir}`];
  // A version that is not known here gets everything that it asks for.
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

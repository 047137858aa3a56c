import { sparkArguments, sparkEnvironment, type Spark, type SparkJob } from './spark-options';

const ownSpark: Spark = {
  submit: '/data/python/bin/spark-submit',
  home: '/data/python/lib/python3.11/site-packages/pyspark',
  hadoopVersion: '3.4.2',
  readsS3: false,
  python: '/data/python/bin/python',
};
const aJob = (job: Partial<SparkJob> = {}): SparkJob => ({
  spark: ownSpark,
  master: 'local[*]',
  driverMemory: '3g',
  workDir: '/data/spark/run-1',
  packagesDir: '/data/spark/packages',
  program: '/checkout/main.py',
  modules: '/data/spark/run-1/modules.zip',
  logSettingsUrl: 'file:///checkout/log4j2.properties',
  programArguments: ['--records-bucket', 'file:///data/records'],
  usesS3: false,
  s3Endpoint: undefined,
  awsRegion: undefined,
  ...job,
});

const valueOf = (args: readonly string[], option: string) => args[args.indexOf(option) + 1];
/** Returns the settings in `--conf name=value` options. */
const settingsOf = (job: SparkJob): Record<string, string> => {
  const args = sparkArguments(job);
  const pairs = args.filter((_, index) => args[index - 1] === '--conf');
  return Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s) as [string, string]));
};

describe(sparkArguments.name, () => {
  it('ends with the program and its own arguments, and sends the modules along', () => {
    const args = sparkArguments(aJob());
    expect(args.slice(-3)).toEqual(['/checkout/main.py', '--records-bucket', 'file:///data/records']);
    expect(valueOf(args, '--py-files')).toBe('/data/spark/run-1/modules.zip');
    expect(valueOf(args, '--master')).toBe('local[*]');
  });

  it.each(['local', 'local[2]', 'local[*]'])('keeps a Spark on master %s to this machine', (master) => {
    const job = aJob({ master });
    expect(settingsOf(job)).toMatchObject({
      'spark.ui.enabled': 'false',
      'spark.driver.host': '127.0.0.1',
      'spark.driver.bindAddress': '127.0.0.1',
      'spark.local.dir': '/data/spark/run-1',
    });
    expect(valueOf(sparkArguments(job), '--driver-memory')).toBe('3g');
    expect(sparkEnvironment(job, {})).toMatchObject({ SPARK_LOCAL_IP: '127.0.0.1' });
  });

  it.each(['spark://host:7077', 'yarn', 'k8s://https://host:6443'])(
    'leaves memory, addresses and log to the cluster on master %s',
    (master) => {
      const job = aJob({ master });
      const args = sparkArguments(job);
      expect(args.slice(0, 2)).toEqual(['--master', master]);
      expect(args).not.toContain('--driver-memory');
      expect(settingsOf(job)).toEqual({});
      expect(sparkEnvironment(job, {})).not.toHaveProperty('SPARK_LOCAL_IP');
    },
  );

  it('asks for no packages while both buckets are folders', () => {
    expect(sparkArguments(aJob())).not.toContain('--packages');
  });

  it('brings the hadoop-aws of its Hadoop for S3, and of the AWS SDK only the parts that it uses', () => {
    const args = sparkArguments(aJob({ usesS3: true }));
    expect(valueOf(args, '--packages')).toBe(
      'org.apache.hadoop:hadoop-aws:3.4.2,software.amazon.awssdk:s3:2.29.52,' +
        'software.amazon.awssdk:s3-transfer-manager:2.29.52,software.amazon.awssdk:sts:2.29.52',
    );
    expect(valueOf(args, '--exclude-packages')).toBe('software.amazon.awssdk:bundle,io.netty:*');
    expect(settingsOf(aJob({ usesS3: true }))).toMatchObject({
      'spark.jars.ivy': '/data/spark/packages',
      'spark.hadoop.fs.s3a.aws.credentials.provider':
        'org.apache.hadoop.fs.s3a.TemporaryAWSCredentialsProvider,org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider,' +
        'software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider',
    });
  });

  it('lets the hadoop-aws of another Hadoop bring the SDK that it wants', () => {
    const args = sparkArguments(aJob({ usesS3: true, spark: { ...ownSpark, hadoopVersion: '3.5.0' } }));
    expect(valueOf(args, '--packages')).toBe('org.apache.hadoop:hadoop-aws:3.5.0');
    expect(args).not.toContain('--exclude-packages');
  });

  it.each([
    ['has one', { ...ownSpark, readsS3: true }],
    ['is out of sight', { ...ownSpark, home: null, hadoopVersion: null }],
  ])('leaves S3 to an installed Spark whose reader %s', (_, spark) => {
    const job = aJob({ usesS3: true, spark, master: 'yarn' });
    expect(sparkArguments(job)).not.toContain('--packages');
    expect(settingsOf(job)).toEqual({});
  });

  it('addresses an S3-compatible server by path, with a region for its signatures', () => {
    const job = aJob({ usesS3: true, s3Endpoint: 'http://127.0.0.1:9000' });
    expect(settingsOf(job)).toMatchObject({
      'spark.hadoop.fs.s3a.endpoint': 'http://127.0.0.1:9000',
      'spark.hadoop.fs.s3a.endpoint.region': 'us-east-1',
      'spark.hadoop.fs.s3a.path.style.access': 'true',
    });
    expect(settingsOf({ ...job, awsRegion: 'eu-west-1' })).toMatchObject({
      'spark.hadoop.fs.s3a.endpoint.region': 'eu-west-1',
    });
  });
});

describe(sparkEnvironment.name, () => {
  const inherited = {
    PATH: '/usr/bin',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    SPARK_HOME: '/opt/other-spark',
  };

  it('hands credentials on, out of sight of the command line', () => {
    const job = aJob({ usesS3: true, s3Endpoint: 'http://127.0.0.1:9000' });
    const credentials = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
    expect(sparkEnvironment(job, inherited)).toMatchObject(credentials);
    expect(sparkArguments(job).join(' ')).not.toContain('secret');
  });

  it('runs its own Spark with its own Python, whatever SPARK_HOME says', () => {
    expect(sparkEnvironment(aJob(), inherited)).toMatchObject({
      SPARK_HOME: ownSpark.home,
      PYSPARK_PYTHON: ownSpark.python,
      PYSPARK_DRIVER_PYTHON: ownSpark.python,
    });
  });

  it('shows Spark no AWS key while both buckets are folders: it would look up the name of the machine', () => {
    const env = sparkEnvironment(aJob(), inherited);
    expect(env).toMatchObject({ PATH: '/usr/bin' });
    expect(env).not.toHaveProperty('AWS_ACCESS_KEY_ID');
  });

  it('leaves the settings of an installed Spark alone', () => {
    const job = aJob({ master: 'yarn', usesS3: true, spark: { ...ownSpark, python: null } });
    expect(sparkEnvironment(job, { ...inherited, PYSPARK_PYTHON: '/opt/python' })).toEqual({
      ...inherited,
      PYSPARK_PYTHON: '/opt/python',
    });
  });

  it('tells the SDKs of both languages the region', () => {
    const region = { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' };
    expect(sparkEnvironment(aJob({ usesS3: true, awsRegion: 'eu-west-1' }), {})).toMatchObject(region);
    expect(sparkEnvironment(aJob({ awsRegion: 'eu-west-1' }), {})).not.toHaveProperty('AWS_REGION');
  });
});

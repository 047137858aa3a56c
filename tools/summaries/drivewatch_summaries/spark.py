"""Sets what the job needs of Spark on any cluster; spark-submit decides on the cluster, memory and cores."""

from pyspark.sql import SparkSession

SESSION_ZONE = "spark.sql.session.timeZone"


def start_spark(time_zone: str) -> SparkSession:
    """Starts a session whose wall clock is the fleet's."""
    spark = (
        SparkSession.builder.appName("drivewatch-summaries")
        .config(SESSION_ZONE, time_zone)
        # Java does not compile methods of more than 8,000 bytes of code; in several smaller ones, rows are read twice
        # as fast.
        .config("spark.sql.codegen.hugeMethodLimit", "8000")
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        # PySpark would ask Java several more questions about each expression, only to name lines of Python in messages.
        .config("spark.python.sql.dataFrameDebugging.enabled", "false")
        # Rows go to folders that nobody reads before the job commits them, so tasks may write there directly.
        .config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "2")
        .config("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        # Blocks are small enough for a day to be found in a year of rows without reading much of the others.
        .config("spark.hadoop.parquet.block.size", str(16 << 20))
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def session_zone(spark: SparkSession) -> str:
    """Returns the zone of the session's wall clock."""
    return spark.conf.get(SESSION_ZONE)

# docker build -f docker/spark.Dockerfile -t drivewatch-spark .    (context: the repository)
# The image serves as master, worker and summaries job; its version of Spark is that of tools/summaries/requirements.txt.
FROM apache/spark:4.1.4-scala2.13-java17-python3-ubuntu
USER root
COPY tools/summaries/requirements.txt /tmp/requirements.txt
RUN grep '^boto3==' /tmp/requirements.txt > /tmp/image-requirements.txt \
 && pip3 install --no-cache-dir -r /tmp/image-requirements.txt \
 && rm /tmp/requirements.txt /tmp/image-requirements.txt
COPY tools/summaries/main.py tools/summaries/log4j2.properties /opt/drivewatch/
COPY tools/summaries/drivewatch_summaries /opt/drivewatch/drivewatch_summaries
USER spark
WORKDIR /opt/drivewatch
ENV PATH=/opt/spark/bin:$PATH
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["pgrep", "-f", "org.apache.spark"]
CMD ["/opt/spark/bin/spark-class", "org.apache.spark.deploy.master.Master"]

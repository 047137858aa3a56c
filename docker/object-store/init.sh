#!/bin/sh
# Makes both buckets: one of records for holders of the credentials, and a public one that everyone may read. It may run
# again at any time.
set -eu
for bucket in drivewatch-records drivewatch-public; do
  aws --endpoint-url "$S3_ENDPOINT" s3api head-bucket --bucket "$bucket" 2>/dev/null ||
    aws --endpoint-url "$S3_ENDPOINT" s3api create-bucket --bucket "$bucket"
done
aws --endpoint-url "$S3_ENDPOINT" s3api put-bucket-policy --bucket drivewatch-public \
  --policy file:///config/public-policy.json

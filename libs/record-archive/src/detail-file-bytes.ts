/** Where a file of detail records ends and the next one begins: large enough for Spark, small enough to send again. */
export const DETAIL_FILE_BYTES = 128 * 1024 * 1024;

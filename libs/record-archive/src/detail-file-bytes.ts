/** The size at which the next file of detail records begins: large enough for Spark, small enough to send again. */
export const DETAIL_FILE_BYTES = 128 * 1024 * 1024;

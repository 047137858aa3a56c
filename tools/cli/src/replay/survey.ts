import { isBadLine, readDetailRecords, type DetailRecordFile } from './detail-record-file';

/** What a first pass over a file finds out, so that the second can put its rows in order and show progress. */
export interface FileSurvey extends DetailRecordFile {
  /** Rows that can be replayed. */
  rows: number;
  /** Earliest and latest recorded time, epoch milliseconds; infinite without rows. */
  firstMs: number;
  lastMs: number;
  /** The most by which a row's time is behind the latest time before it in the file. */
  latenessMs: number;
  /** The lines between which that is the case. */
  latest?: { earlierLine: number; laterLine: number };
}

/** Reads a file once, in constant memory. Bad lines are left for the second pass to report. */
export async function surveyFile(file: DetailRecordFile, signal?: AbortSignal): Promise<FileSurvey> {
  const survey: FileSurvey = { ...file, rows: 0, firstMs: Infinity, lastMs: -Infinity, latenessMs: 0 };
  let lastLine = 0;
  for await (const rows of readDetailRecords(file)) {
    signal?.throwIfAborted();
    for (const row of rows) {
      if (isBadLine(row)) continue;
      survey.rows += 1;
      survey.firstMs = Math.min(survey.firstMs, row.timeMs);
      if (row.timeMs >= survey.lastMs) {
        survey.lastMs = row.timeMs;
        lastLine = row.line;
      } else if (survey.lastMs - row.timeMs > survey.latenessMs) {
        survey.latenessMs = survey.lastMs - row.timeMs;
        survey.latest = { earlierLine: lastLine, laterLine: row.line };
      }
    }
  }
  return survey;
}

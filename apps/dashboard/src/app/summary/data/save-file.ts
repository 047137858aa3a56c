/**
 * The byte order mark of UTF-8 (RFC 3629, 6) at the head of a file: without it Excel reads the bytes in the machine's
 * own encoding and shows other letters than 华. Programs that read the published files get them without it.
 */
export const UTF8_MARK = '\ufeff';

/** Saves a file for the person at the browser, who finds it among the downloads. */
export function saveFile(document: Document, content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/**
 * The mark of UTF-8 (RFC 3629, 6) at the head of a file: without it Excel takes the bytes for those of the machine's own
 * encoding and shows other letters than 华. Programs that read the published files get them without it.
 */
export const UTF8_MARK = '\ufeff';

/** Hands a file to the person at the browser, who finds it among the downloads. */
export function saveFile(document: Document, content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

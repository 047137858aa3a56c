import { asyncApiDocument } from './asyncapi';
import { openApiDocument } from './openapi';

/** The documents by the names of their files. */
export const DOCUMENT_FILES = { 'openapi.json': openApiDocument, 'asyncapi.json': asyncApiDocument } as const;

/** Returns a document's text, as its file and its address have it. */
export const toFileText = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;

import { asyncApiDocument } from './asyncapi';
import { openApiDocument } from './openapi';

export { asyncApiDocument, openApiDocument };
export type { AsyncApiDocument } from './asyncapi';
export type { JsonSchema } from './json-schema';
export type { HttpMethod, OpenApiDocument, Operation } from './openapi-types';
export { DOCS_STYLE_SHEET } from './page/style';
export { renderDocsPage } from './page/docs-page';

/** The documents by the names of their files. */
export const DOCUMENT_FILES = { 'openapi.json': openApiDocument, 'asyncapi.json': asyncApiDocument } as const;

/** A document as its file and its address hold it. */
export const toFileText = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;

import type { JsonSchema } from './json-schema';

/** The parts of OpenAPI 3.1 that the document uses. */
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: {
    title: string;
    version: string;
    license: { name: string; identifier: string };
    description: string;
  };
  servers: { url: string; description: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Partial<Record<HttpMethod, Operation>>>;
  components: {
    schemas: Record<string, JsonSchema>;
    securitySchemes: Record<string, SecurityScheme>;
  };
}

export type HttpMethod = 'get' | 'post' | 'delete';

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  /** Any one of them is sufficient; an empty list means that none is needed. */
  security: Record<string, never[]>[];
  parameters?: Parameter[];
  requestBody?: { description: string; required: boolean; content: Record<string, MediaType> };
  responses: Record<string, ResponseObject>;
}

export interface Parameter {
  name: string;
  in: 'header' | 'query';
  required: boolean;
  description: string;
  schema: JsonSchema;
}

export interface MediaType {
  schema: JsonSchema | { $ref: string };
  examples?: Record<string, { summary: string; value: unknown }>;
}

export interface ResponseObject {
  description: string;
  headers?: Record<string, { description: string; schema: JsonSchema }>;
  content?: Record<string, MediaType>;
}

export type SecurityScheme = { description: string } & (
  { type: 'http'; scheme: 'bearer' } | { type: 'apiKey'; in: 'header' | 'cookie'; name: string }
);

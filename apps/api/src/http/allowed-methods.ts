import { METHODS as PARSED } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { sendProblem } from './problem.filter';
import { ProblemError } from './problem-error';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route answers without its body; whoever waits to send one is not asked for it. */
    readsNoBody?: boolean;
  }
}

/** What Node parses; requests with CONNECT never come to a route (api-servers.ts). */
const METHODS = PARSED.filter((method) => method !== 'CONNECT');

/** Answers other methods of an address with 405 and the allowed ones, rather than with the dashboard or a 404. */
export function refuseOtherMethods(server: FastifyInstance, url: string, allowed: string[]): void {
  for (const method of METHODS) if (!server.supportedMethods.includes(method)) server.addHttpMethod(method);
  server.route({
    url,
    method: METHODS.filter((method) => !allowed.includes(method)),
    // The answer reveals only what the address is for.
    // The body, if there is one, is not looked at.
    config: { access: 'public', readsNoBody: true },
    onRequest: (request, reply) => {
      sendProblem(methodNotAllowed(request.method, allowed), request, reply);
    },
    handler: (request) => {
      throw methodNotAllowed(request.method, allowed);
    },
  });
}

/** Refuses a method of an address. */
export function methodNotAllowed(method: string, allowed: readonly string[], where = 'here'): ProblemError {
  const names = allowed.join(', ');
  const detail = `${method} is not possible ${where}; allowed: ${names}`;
  return new ProblemError('METHOD_NOT_ALLOWED', detail, { headers: { Allow: names } });
}

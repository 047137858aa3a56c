import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem-error';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Answers other methods of an address with 405 and what is allowed, rather than with the dashboard or nothing. */
export function refuseOtherMethods(server: FastifyInstance, url: string, allowed: string[]): void {
  server.route({
    url,
    method: METHODS.filter((method) => !allowed.includes(method)),
    // Says nothing but what the address is for.
    config: { access: 'public' },
    handler: (request, reply) => {
      const names = allowed.join(', ');
      void reply.header('Allow', names);
      throw new ProblemError(
        'METHOD_NOT_ALLOWED',
        `${request.method} is not possible here; allowed: ${names}`,
      );
    },
  });
}

import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem-error';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Answers other methods of an address with 405 and the allowed ones, rather than with the dashboard or a 404. */
export function refuseOtherMethods(server: FastifyInstance, url: string, allowed: string[]): void {
  server.route({
    url,
    method: METHODS.filter((method) => !allowed.includes(method)),
    // The answer reveals only what the address is for.
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

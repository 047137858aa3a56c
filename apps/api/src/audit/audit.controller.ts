import { type AuditPage, auditQuerySchema } from '@drivewatch/contracts';
import { AuditEventRepository } from '@drivewatch/persistence';
import { Controller, Get, Header, Logger, Query } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ProblemError } from '../http/problem-error';

/** Serves the audit log to admins. */
@Controller('api/audit')
export class AuditController {
  private readonly logger = new Logger(AuditController.name);

  constructor(private readonly events: AuditEventRepository) {}

  /**
   * Lists who did what, the newest first: `?limit=1…200&before=ID&kind=KIND`. 400 `BAD_REQUEST` names the parameter
   * that is wrong; 503 `ACCESS_UNAVAILABLE` while PostgreSQL cannot be read.
   */
  @Get()
  @RouteConfig({ access: 'admin' })
  @Header('Cache-Control', 'no-store')
  async list(@Query() query: unknown): Promise<AuditPage> {
    const asked = auditQuerySchema.safeParse(query);
    if (!asked.success) {
      const [issue] = asked.error.issues;
      const name = issue?.path.join('.');
      throw new ProblemError(
        'BAD_REQUEST',
        `${name ? `"${name}"` : 'The query'} is wrong (${issue?.message ?? ''}); allowed: limit, before, kind`,
      );
    }
    const { limit, before, kind } = asked.data;
    // One extra event tells whether there are more.
    const found = await this.events.list({ limit: limit + 1, before, kind }).catch((error: unknown) => {
      this.logger.error({ message: 'The audit log cannot be read', error });
      const detail = 'The audit log cannot be read now; ask again after Retry-After';
      throw new ProblemError('ACCESS_UNAVAILABLE', detail, { cause: error });
    });
    const events = found.slice(0, limit);
    return { events, next: found.length > limit ? (events.at(-1)?.id ?? null) : null };
  }
}

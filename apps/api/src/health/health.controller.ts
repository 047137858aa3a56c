import { Controller, Get, Header, ServiceUnavailableException } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { HealthCheckResult } from '@nestjs/terminus';
import { HealthService } from './health.service';
import { ProblemError } from '../http/problem-error';

/** Serves whatever starts, restarts and balances instances; anybody may ask. */
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** 200 as long as the process answers at all. */
  @Get('live')
  @RouteConfig({ access: 'public' })
  @Header('Cache-Control', 'no-store')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /**
   * 200 with `{"status":"ok"|"degraded","checks":{…}}` when records can be taken and stored; `degraded` when jobs, or
   * three runs of the archive in a row, have failed. 503 `NOT_READY` with the same checks otherwise.
   */
  @Get('ready')
  @RouteConfig({ access: 'public' })
  @Header('Cache-Control', 'no-store')
  async ready(): Promise<{ status: string; checks: HealthCheckResult['details'] }> {
    try {
      const { status, details } = await this.health.check();
      return { status, checks: details };
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      throw notReady((error.getResponse() as HealthCheckResult).details);
    }
  }
}

/** Refuses because something that the API needs is away. */
function notReady(checks: HealthCheckResult['details']): ProblemError {
  const down = Object.entries(checks).filter(([, { status }]) => status === 'down');
  const detail = `Not ready: ${down.map(([name]) => name).join(', ')}`;
  return new ProblemError('NOT_READY', detail, { members: { checks } });
}

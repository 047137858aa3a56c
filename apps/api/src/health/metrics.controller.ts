import { Controller, Get, Header } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { prometheusContentType } from 'prom-client';
import { MetricsService } from './metrics.service';

/** Serves Prometheus; docs/operations.md explains every metric. */
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  /** Returns text in the format of Prometheus (0.0.4). */
  @Get()
  @RouteConfig({ access: 'metrics' })
  @Header('Content-Type', prometheusContentType)
  @Header('Cache-Control', 'no-store')
  text(): Promise<string> {
    return this.metrics.text();
  }
}

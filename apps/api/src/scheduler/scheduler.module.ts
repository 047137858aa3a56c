import { Module } from '@nestjs/common';
import { GatewayModule } from '../gateway/gateway.module';
import { TickService } from './tick.service';

@Module({ imports: [GatewayModule], providers: [TickService] })
export class SchedulerModule {}

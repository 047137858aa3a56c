import type { ApiConfig } from '@drivewatch/config';
import { createFleetClock } from '@drivewatch/detail-records';
import { type DynamicModule, Global, Module } from '@nestjs/common';

export const API_CONFIG = Symbol('API_CONFIG');
/** The injection token of the `FleetClock` for the fleet's time zone. */
export const FLEET_CLOCK = Symbol('FLEET_CLOCK');

@Global()
@Module({})
export class ConfigModule {
  static for(config: ApiConfig): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: API_CONFIG, useValue: config },
        { provide: FLEET_CLOCK, useValue: createFleetClock(config.FLEET_TIME_ZONE) },
      ],
      exports: [API_CONFIG, FLEET_CLOCK],
    };
  }
}

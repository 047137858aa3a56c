import type { ConsumerConfig } from '@drivewatch/config';
import { type DynamicModule, Global, Module } from '@nestjs/common';

export const CONSUMER_CONFIG = Symbol('CONSUMER_CONFIG');

@Global()
@Module({})
export class ConfigModule {
  static for(config: ConsumerConfig): DynamicModule {
    const provider = { provide: CONSUMER_CONFIG, useValue: config };
    return { module: ConfigModule, providers: [provider], exports: [provider] };
  }
}

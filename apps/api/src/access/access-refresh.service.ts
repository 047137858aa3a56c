import { authenticationOf, type ApiConfig } from '@drivewatch/config';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { API_CONFIG } from '../config.module';
import { DashboardUsers } from './dashboard-users';
import { DeviceKeyRing } from './device-key-ring';
import { SocketGuard } from './socket-guard';

/** A revocation takes effect everywhere within five seconds: two of these intervals and the time that reading takes. */
const REFRESH_MS = 2_000;
/** Until the keys have been read for the first time, no device is let in. */
const FIRST_REFRESH_MS = 250;
const SAVE_USES_EVERY_MS = 10_000;

/** Keeps keys, users and open sockets in step with PostgreSQL and Redis. */
@Injectable()
export class AccessRefreshService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AccessRefreshService.name);
  private readonly isOn: boolean;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private failing = false;
  private usesSavedMs = Date.now();

  constructor(
    private readonly keys: DeviceKeyRing,
    private readonly users: DashboardUsers,
    private readonly sockets: SocketGuard,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
  ) {
    this.isOn = authenticationOf(config) === 'on';
  }

  onApplicationBootstrap(): void {
    if (this.isOn) this.schedule(0);
    else if (this.config.AUTH === 'off') this.warnIfOpen();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
    if (this.isOn) await this.keys.saveUses().catch(() => undefined);
  }

  /** Resolves once keys and users are known, or after `limitMs` if they still are not. */
  async waitUntilLoaded(limitMs: number): Promise<void> {
    const end = Date.now() + limitMs;
    while (this.isOn && !this.isLoaded && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.refresh();
    }, delayMs);
  }

  private get isLoaded(): boolean {
    return this.keys.isLoaded && this.users.isLoaded;
  }

  private async refresh(): Promise<void> {
    try {
      await Promise.all([this.keys.refresh(), this.users.refresh()]);
      if (Date.now() - this.usesSavedMs >= SAVE_USES_EVERY_MS) {
        this.usesSavedMs = Date.now();
        await this.keys.saveUses();
      }
      if (this.failing) this.logger.log('Keys and users are read again');
      this.failing = false;
    } catch (error) {
      if (!this.failing)
        this.logger.error(`Keys and users cannot be read, those read last stay valid: ${String(error)}`);
      this.failing = true;
    }
    // This also covers users read in earlier rounds; whatever Redis cannot tell now is asked again in the next round.
    await this.sockets.dropEnded().catch(() => undefined);
    this.schedule(this.isLoaded ? REFRESH_MS : FIRST_REFRESH_MS);
  }

  private warnIfOpen(): void {
    const { HOST } = this.config;
    if (authenticationOf({ HOST }) === 'on')
      this.logger.warn(
        `AUTH=off on ${HOST}: whoever reaches this address may send records, see all drivers and manage the queue`,
      );
  }
}

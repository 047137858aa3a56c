import { Module } from '@nestjs/common';
import { AccessGuard } from './access-guard';
import { AccessRefreshService } from './access-refresh.service';
import { CountedCallers } from './counted-callers';
import { DashboardUsers } from './dashboard-users';
import { DeviceKeyRing } from './device-key-ring';
import { LiveConnections } from './live-connections';
import { LiveListeners } from './live-listeners';
import { RequestLimits } from './request-limits';
import { Sessions } from './sessions';
import { ShownKeys } from './shown-keys';
import { SignInLimits } from './sign-in-limits';
import { SignInService } from './sign-in.service';
import { SocketGuard } from './socket-guard';

/** Keys, users, sessions and limits, which decide who may use the API. `secureApi` puts them to work. */
@Module({
  providers: [
    AccessGuard,
    AccessRefreshService,
    CountedCallers,
    DashboardUsers,
    DeviceKeyRing,
    LiveConnections,
    LiveListeners,
    RequestLimits,
    Sessions,
    ShownKeys,
    SignInLimits,
    SignInService,
    SocketGuard,
  ],
  exports: [AccessRefreshService, LiveConnections, SocketGuard],
})
export class AccessModule {}

import { Module } from '@nestjs/common';
import { AccessGuard } from './access-guard';
import { AccessRefreshService } from './access-refresh.service';
import { DashboardUsers } from './dashboard-users';
import { DeviceKeyRing } from './device-key-ring';
import { InstanceLink } from './instance-link';
import { RequestLimits } from './request-limits';
import { Sessions } from './sessions';
import { SignInService } from './sign-in.service';
import { SocketGuard } from './socket-guard';

/** Who may use the API: keys, users, sessions and limits. `secureApi` puts them to work. */
@Module({
  providers: [
    AccessGuard,
    AccessRefreshService,
    DashboardUsers,
    DeviceKeyRing,
    InstanceLink,
    RequestLimits,
    Sessions,
    SignInService,
    SocketGuard,
  ],
  exports: [AccessRefreshService],
})
export class AccessModule {}

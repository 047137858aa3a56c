import type { DeviceKeyEntity } from '@drivewatch/persistence';
import { formatTime } from './table';

/** Returns the id shared by keys that replace each other. */
export const ownerOf = ({ id, ownerId }: Pick<DeviceKeyEntity, 'id' | 'ownerId'>): string => ownerId ?? id;

/** Says in words what a key is for: whose records it may send, or that it may read the live feed. */
export const scopeOf = ({
  driverIds,
  readsLive,
}: Pick<DeviceKeyEntity, 'driverIds' | 'readsLive'>): string =>
  readsLive ? 'the live feed' : (driverIds?.join(', ') ?? 'the whole fleet');

/** Returns until when a key is valid, in words. */
export const describeEnd = (expiresAt: Date | null): string =>
  expiresAt === null ? 'for ever' : `until ${formatTime(expiresAt, '')}`;

/** Each API reads new keys every few seconds; until then it refuses them. */
export const TAKEN_SOON = 'every API takes it within five seconds';

type KeyEnd = Pick<DeviceKeyEntity, 'revokedAt' | 'expiresAt'>;

export const isValid = ({ revokedAt, expiresAt }: KeyEnd): boolean =>
  revokedAt === null && (expiresAt === null || expiresAt.getTime() > Date.now());

export function stateOf(key: KeyEnd): string {
  const { revokedAt, expiresAt } = key;
  if (revokedAt !== null) return `revoked ${formatTime(revokedAt, '')}`;
  if (expiresAt === null) return 'valid';
  return `${isValid(key) ? 'valid until' : 'expired'} ${formatTime(expiresAt, '')}`;
}

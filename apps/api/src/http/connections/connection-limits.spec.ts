import { connectionLimits } from './connection-limits';

describe(connectionLimits, () => {
  it.each([
    // Fargate allows 65,535 descriptors: 50,000 vehicles need more than one instance, or the setting.
    [{}, 65_535, { inAll: 32_767, perAddress: 16_383 }],
    [{}, 1_500, { inAll: 750, perAddress: 375 }],
    [{}, 1_048_576, { inAll: 100_000, perAddress: 50_000 }],
    [{}, null, { inAll: 100_000, perAddress: 50_000 }],
    [{ MAX_CONNECTIONS_PER_ADDRESS: 40_000 }, 1_048_576, { inAll: 100_000, perAddress: 40_000 }],
    [{ MAX_CONNECTIONS: 300_000 }, 1_048_576, { inAll: 300_000, perAddress: 150_000 }],
    // No setting can take away the descriptors that everything else needs.
    [{ MAX_CONNECTIONS: 2_000, MAX_CONNECTIONS_PER_ADDRESS: 2_000 }, 1_500, { inAll: 750, perAddress: 750 }],
  ])('of %j and %s descriptors are %j', (settings, descriptors, limits) => {
    expect(connectionLimits(settings, descriptors)).toEqual(limits);
  });
});

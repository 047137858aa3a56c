import { identityOf } from './identity';

describe(identityOf.name, () => {
  it('gives a thousand drivers names and plates of their own', () => {
    const all = Array.from({ length: 1000 }, (_, index) => identityOf(index));
    expect(new Set(all.map(({ driverId }) => driverId)).size).toBe(1000);
    expect(new Set(all.map(({ plateNumber }) => plateNumber)).size).toBe(1000);
    expect(all.every(({ driverId }) => /^[a-z]+2000\d{3}$/.test(driverId))).toBe(true);
    expect(all.every(({ plateNumber }) => /^华A[A-Z0-9]{5}$/.test(plateNumber))).toBe(true);
  });
});

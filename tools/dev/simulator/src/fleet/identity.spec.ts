import { identityOf } from './identity';

describe(identityOf.name, () => {
  it('gives a thousand drivers names and plates of their own', () => {
    const all = Array.from({ length: 1000 }, (_, index) => identityOf(index));
    expect(new Set(all.map(({ driverID }) => driverID)).size).toBe(1000);
    expect(new Set(all.map(({ carPlateNumber }) => carPlateNumber)).size).toBe(1000);
    expect(all.every(({ driverID }) => /^[a-z]+2000\d{3}$/.test(driverID))).toBe(true);
    expect(all.every(({ carPlateNumber }) => /^华A[A-Z0-9]{5}$/.test(carPlateNumber))).toBe(true);
  });
});

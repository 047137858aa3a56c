import { Random } from '@drivewatch/testing/random';
import { Motion } from './motion';

describe(Motion.name, () => {
  it('never changes speed harder than 10 km/h in a second, and never beyond 149 km/h', () => {
    const motion = new Motion(new Random(5));
    let fastest = 0;
    let hardest = 0;
    for (let second = 0; second < 50_000; second += 1) {
      const before = motion.speedKmh;
      motion.advance(second);
      hardest = Math.max(hardest, Math.abs(motion.speedKmh - before));
      fastest = Math.max(fastest, motion.speedKmh);
    }
    expect(hardest).toBeLessThanOrEqual(10.000_001);
    expect(fastest).toBeGreaterThan(145);
    expect(fastest).toBeLessThanOrEqual(149);
  });

  it('brakes to a standstill and stays there until it departs', () => {
    const motion = new Motion(new Random(5));
    motion.stop();
    for (let second = 0; second < 30; second += 1) motion.advance(second);
    expect(motion.speedKmh).toBe(0);
    expect(motion.isParked).toBe(true);
    motion.depart();
    motion.advance(30);
    expect(motion.speedKmh).toBeGreaterThan(0);
    expect(motion.isParked).toBe(false);
  });
});

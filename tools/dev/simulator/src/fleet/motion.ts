import type { Random } from '@drivewatch/testing/random';
import { AS_RECORDED, type DrivingStyle } from './driving-style';
import { BEGINS_PER_SECOND, type Behaviour, BEHAVIOUR_SECONDS, RECORDED } from './recorded-statistics';

/** A behaviour that lasts for a while: each begins with a record and finishes with another. */
export interface BehaviourChange {
  behaviour: Behaviour;
  kind: 'started' | 'finished';
  speedKmh: number;
  /** Length of the behaviour that has finished, in whole seconds; 0 at its start. */
  lastedSeconds: number;
}

type Phase =
  | { name: 'cruise' }
  | { name: 'approach'; behaviour: Behaviour; speedKmh: number; lastsSeconds: number }
  | { name: Behaviour; beganSecond: number; lastsSeconds: number }
  | { name: 'stop' };

const { cruise, overspeed, overspeedLimit, neutralSlide } = RECORDED.speedKmh;

/** Changes of speed, km/h per second. 10 is hard (0.28 g) but still possible for a car; 3 is everyday driving. */
const GENTLE = 3;
const BRISK = 8;
const HARD = 10;

/** The speed of a car, second by second: cruising, with spells of overspeeding and neutral slides in between. */
export class Motion {
  private speed: number;
  private targetKmh: number;
  private phase: Phase = { name: 'cruise' };

  constructor(
    private readonly random: Random,
    private readonly style: DrivingStyle = AS_RECORDED,
  ) {
    this.speed = random.between(...cruise);
    this.targetKmh = this.speed;
  }

  get speedKmh(): number {
    return this.speed;
  }

  get isCruising(): boolean {
    return this.phase.name === 'cruise';
  }

  /** Whether the car stands at the end of a drive. */
  get isParked(): boolean {
    return this.phase.name === 'stop' && this.speed === 0;
  }

  /** Brakes to a standstill; the next cruise begins with `depart`. */
  stop(): void {
    this.phase = { name: 'stop' };
  }

  depart(): void {
    this.phase = { name: 'cruise' };
  }

  /** Makes a rapid speed-up (1) or slow-down (-1), as far as cruising allows it. */
  jolt(direction: 1 | -1): void {
    if (!this.isCruising) return;
    this.targetKmh = clamp(this.speed + direction * this.random.between(10, 20), cruise);
    this.approach(this.targetKmh, HARD);
  }

  /** Drives on for a second. @param second the whole second reached then, since 1970 */
  advance(second: number): BehaviourChange[] {
    switch (this.phase.name) {
      case 'cruise':
        this.cruise();
        return [];
      case 'approach':
        this.approach(this.phase.speedKmh, HARD);
        return this.speed === this.phase.speedKmh ? this.begin(this.phase, second) : [];
      case 'overspeed':
      case 'neutralSlide':
        return this.keepOn(this.phase, second);
      case 'stop':
        this.approach(0, BRISK);
        return [];
    }
  }

  /** Ends the behaviour under way, if any, before its time. */
  finish(second: number): BehaviourChange[] {
    const { phase } = this;
    if (phase.name === 'stop') return [];
    this.phase = { name: 'cruise' };
    if (phase.name !== 'overspeed' && phase.name !== 'neutralSlide') return [];
    if (phase.name === 'overspeed') this.speed = overspeedLimit;
    this.targetKmh = this.random.between(...cruise);
    return [this.change(phase.name, 'finished', second - phase.beganSecond)];
  }

  private cruise(): void {
    // A target is kept for 20 s on average, so that speeds spread evenly and curves stay smooth.
    if (this.random.chance(1 / 20)) this.targetKmh = this.random.between(...cruise);
    this.approach(this.targetKmh, this.speed < cruise[0] ? BRISK : GENTLE);
    if (this.random.chance(BEGINS_PER_SECOND.overspeed * this.style.overspeed)) this.prepareOverspeed();
    else if (this.random.chance(BEGINS_PER_SECOND.neutralSlide * this.style.neutralSlide))
      this.prepareNeutralSlide();
  }

  private prepareOverspeed(): void {
    const lastsSeconds = Math.min(this.behaviourSeconds(), RECORDED.overspeedSeconds.max);
    // The speed may only rise as far as braking allows if the spell is to end at the limit in time.
    const fastest = Math.min(overspeed[1], overspeedLimit + Math.max(BRISK, HARD * lastsSeconds));
    const speedKmh = this.random.between(overspeed[0], fastest);
    this.phase = { name: 'approach', behaviour: 'overspeed', speedKmh, lastsSeconds };
  }

  private prepareNeutralSlide(): void {
    const lastsSeconds = Math.min(this.behaviourSeconds(), RECORDED.neutralSlideSeconds.max);
    const speedKmh = this.random.between(...neutralSlide);
    this.phase = { name: 'approach', behaviour: 'neutralSlide', speedKmh, lastsSeconds };
  }

  private begin({ behaviour, lastsSeconds }: Extract<Phase, { name: 'approach' }>, second: number) {
    const started = this.change(behaviour, 'started', 0);
    this.phase = { name: behaviour, beganSecond: second, lastsSeconds };
    this.targetKmh = this.speed;
    return lastsSeconds === 0 ? [started, ...this.finish(second)] : [started];
  }

  private keepOn(
    { name, beganSecond, lastsSeconds }: Extract<Phase, { beganSecond: number }>,
    second: number,
  ): BehaviourChange[] {
    const leftSeconds = lastsSeconds - (second - beganSecond);
    const [min, max] = name === 'overspeed' ? overspeed : neutralSlide;
    if (this.random.chance(1 / 5)) this.targetKmh = this.random.between(min, max);
    this.approach(this.targetKmh, GENTLE);
    if (name === 'overspeed') this.speed = Math.min(this.speed, overspeedLimit + HARD * leftSeconds);
    return leftSeconds > 0 ? [] : this.finish(second);
  }

  private approach(targetKmh: number, mostChange: number): void {
    this.speed += clamp(targetKmh - this.speed, [-mostChange, mostChange]);
  }

  private change(
    behaviour: Behaviour,
    kind: BehaviourChange['kind'],
    lastedSeconds: number,
  ): BehaviourChange {
    return { behaviour, kind, speedKmh: this.speed, lastedSeconds };
  }

  private behaviourSeconds(): number {
    const { shape, scale } = BEHAVIOUR_SECONDS;
    return Math.floor(scale * (-Math.log(1 - this.random.next())) ** (1 / shape));
  }
}

function clamp(value: number, [min, max]: readonly [number, number]): number {
  return Math.min(Math.max(value, min), max);
}

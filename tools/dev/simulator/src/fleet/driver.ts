import type { WireRecord } from '@drivewatch/contracts';
import { Random } from '@drivewatch/testing/random';
import { AS_RECORDED, type DrivingStyle } from './driving-style';
import type { Identity } from './identity';
import { Motion, type BehaviourChange } from './motion';
import { MOMENTARY_FLAGS, type MomentaryFlag } from './recorded-statistics';
import { Route, type City } from './route';

/** A record as a simulated device takes it; its user decides how `Time` is written. */
export interface SimulatedRecord {
  driverId: string;
  /** Whole seconds, as epoch milliseconds. */
  atMs: number;
  /** All fields but `Time`. */
  fields: Omit<WireRecord, 'Time'>;
}

export interface DriverOptions {
  identity: Identity;
  city: City;
  seed: number;
  /** A plain record is taken at seconds that leave this remainder … */
  beatPhase: number;
  /** … when divided by this. */
  beatSeconds: number;
  /** The driver behaves as the recorded drivers do unless a style is given. */
  style?: DrivingStyle;
}

/** How long drives last, in seconds. Road transport law requires a break after at most four and a half hours. */
const DRIVES_SECONDS = [2.5 * 3600, 4.5 * 3600] as const;
const RESTS_SECONDS = [15 * 60, 45 * 60] as const;
/** Nobody parks soon after the start, because a newcomer should see the whole fleet drive. */
const FIRST_REST_AFTER_SECONDS = 20 * 60;

/** The names that devices send flags under. */
const WIRE_FLAGS = {
  fatigueDriving: 'isFatigueDriving',
  rapidSpeedup: 'isRapidlySpeedup',
  rapidSlowdown: 'isRapidlySlowdown',
  throttleStop: 'isHthrottleStop',
  oilLeak: 'isOilLeak',
} as const satisfies Record<MomentaryFlag, keyof WireRecord>;
const BEHAVIOUR_FLAGS = {
  overspeed: { started: 'isOverspeed', finished: 'isOverspeedFinished', seconds: 'overspeedTime' },
  neutralSlide: {
    started: 'isNeutralSlide',
    finished: 'isNeutralSlideFinished',
    seconds: 'neutralSlideTime',
  },
} as const;

/** One driver with car and device, driven second by second; the same seed leads to the same driving. */
export class Driver {
  private readonly random: Random;
  private readonly motion: Motion;
  private readonly route: Route;
  private readonly style: DrivingStyle;
  private second: number | undefined;
  /** Seconds of driving left before the next rest. */
  private drivesFor: number;
  /** Seconds of rest left; 0 while driving. */
  private restsFor = 0;

  constructor(private readonly options: DriverOptions) {
    this.random = new Random(options.seed);
    this.style = options.style ?? AS_RECORDED;
    this.motion = new Motion(this.random, this.style);
    this.route = new Route(this.random, options.city);
    this.drivesFor = this.random.between(FIRST_REST_AFTER_SECONDS, DRIVES_SECONDS[1]);
  }

  /** Drives on for a second. @param second the whole second reached then, since 1970 */
  advance(second: number): SimulatedRecord[] {
    this.second = second;
    if (this.restsFor > 0) {
      this.restsFor -= 1;
      if (this.restsFor <= 0) this.motion.depart();
      return [];
    }
    this.drivesFor -= 1;
    if (this.drivesFor <= 0 && this.motion.isCruising) this.motion.stop();
    const changes = this.motion.advance(second);
    this.route.advance(this.motion.speedKmh);
    if (this.motion.isParked) return [this.arrive()];
    const records = changes.map((change) => this.behaviourRecord(change));
    const flags = MOMENTARY_FLAGS.filter(({ flag, perSecond }) =>
      this.random.chance(perSecond * this.style[flag]),
    );
    if (flags.length > 0) records.push(this.momentaryRecord(flags.map(({ flag }) => flag)));
    if (second % this.options.beatSeconds === this.options.beatPhase) records.push(this.record({}));
    return records;
  }

  /** Ends what is going on, with the records that devices send for it, so that nothing stays open. */
  finish(): SimulatedRecord[] {
    if (this.second === undefined) return [];
    return this.motion.finish(this.second).map((change) => this.behaviourRecord(change));
  }

  private arrive(): SimulatedRecord {
    this.restsFor = Math.ceil(this.random.between(...RESTS_SECONDS));
    this.drivesFor = this.random.between(...DRIVES_SECONDS);
    return this.record({ siteName: `${this.options.city.name}:已到达目的地` });
  }

  private behaviourRecord({ behaviour, kind, speedKmh, lastedSeconds }: BehaviourChange): SimulatedRecord {
    const flags = BEHAVIOUR_FLAGS[behaviour];
    const riding = MOMENTARY_FLAGS.filter(({ flag, onBoundRow }) =>
      this.random.chance(onBoundRow * this.style[flag]),
    );
    return this.record({
      Speed: String(Math.round(speedKmh)),
      [flags[kind]]: '1',
      ...(kind === 'finished' ? { [flags.seconds]: String(lastedSeconds) } : {}),
      ...flagged(riding.map(({ flag }) => flag)),
    });
  }

  private momentaryRecord(flags: readonly MomentaryFlag[]): SimulatedRecord {
    if (flags.includes('rapidSpeedup')) this.motion.jolt(1);
    else if (flags.includes('rapidSlowdown')) this.motion.jolt(-1);
    return this.record(flagged(flags));
  }

  private record(fields: WireRecord): SimulatedRecord {
    const { identity } = this.options;
    const { latitudeDeg, longitudeDeg } = this.route.at;
    return {
      driverId: identity.driverId,
      atMs: (this.second ?? 0) * 1000,
      fields: {
        driverID: identity.driverId,
        carPlateNumber: identity.plateNumber,
        Latitude: latitudeDeg.toFixed(6),
        Longtitude: longitudeDeg.toFixed(6),
        Speed: String(Math.round(this.motion.speedKmh)),
        Direction: String(Math.round(this.route.headingDeg) % 360),
        ...fields,
      },
    };
  }
}

const flagged = (flags: readonly MomentaryFlag[]): WireRecord =>
  Object.fromEntries(flags.map((flag) => [WIRE_FLAGS[flag], '1']));

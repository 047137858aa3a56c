import type { Random } from '@drivewatch/testing/random';

/** A position in WGS 84, in degrees. */
export interface Position {
  latitudeDeg: number;
  longitudeDeg: number;
}

export interface City extends Position {
  name: string;
}

/** Where the simulated fleet drives; town centres are exact to about a kilometre. */
export const CITIES: readonly [City, ...City[]] = [
  { name: '浙江省杭州市', latitudeDeg: 30.25, longitudeDeg: 120.16 },
  { name: '湖北省武汉市', latitudeDeg: 30.59, longitudeDeg: 114.3 },
  { name: '陕西省西安市', latitudeDeg: 34.26, longitudeDeg: 108.94 },
  { name: '福建省福州市', latitudeDeg: 26.08, longitudeDeg: 119.3 },
  { name: '云南省昆明市', latitudeDeg: 25.04, longitudeDeg: 102.72 },
];

/** Length of a degree of latitude: a sphere of 6371 km is exact enough for a route of some 20 km. */
export const METRES_PER_DEGREE = (Math.PI * 6_371_000) / 180;
const NEAR_METRES = 400;
const MOST_TURN_DEG_PER_SECOND = 4;
const toRadians = (degrees: number) => (degrees * Math.PI) / 180;
const toDegrees = (radians: number) => (radians * 180) / Math.PI;

/** Drives round a city on a ring of 8 to 20 km, from waypoint to waypoint, turning no faster than a car can. */
export class Route {
  private headingDegrees: number;
  private position: Position;
  private waypoint: Position;
  private waypointAngleDeg: number;

  constructor(
    private readonly random: Random,
    readonly city: City,
  ) {
    this.waypointAngleDeg = random.between(0, 360);
    this.position = this.onRing();
    this.waypointAngleDeg += 30;
    this.waypoint = this.onRing();
    this.headingDegrees = this.bearingToWaypoint();
  }

  get at(): Position {
    return this.position;
  }

  /** The heading clockwise from north, from 0 to below 360. */
  get headingDeg(): number {
    return this.headingDegrees;
  }

  /** Drives on for a second. */
  advance(speedKmh: number): void {
    const metres = speedKmh / 3.6;
    const north = metres * Math.cos(toRadians(this.headingDegrees));
    const east = metres * Math.sin(toRadians(this.headingDegrees));
    this.position = offset(this.position, north, east);
    if (this.metresToWaypoint() < NEAR_METRES) {
      this.waypointAngleDeg += this.random.between(20, 50);
      this.waypoint = this.onRing();
    }
    // A standing car does not turn.
    const mostTurn = Math.min(MOST_TURN_DEG_PER_SECOND, metres);
    const wanted = ((this.bearingToWaypoint() - this.headingDegrees + 540) % 360) - 180;
    this.headingDegrees = (this.headingDegrees + Math.min(mostTurn, Math.max(-mostTurn, wanted)) + 360) % 360;
  }

  private onRing(): Position {
    const metres = this.random.between(8_000, 20_000);
    const angle = toRadians(this.waypointAngleDeg);
    return offset(this.city, metres * Math.cos(angle), metres * Math.sin(angle));
  }

  private metresToWaypoint(): number {
    const { north, east } = this.toWaypoint();
    return Math.hypot(north, east);
  }

  private bearingToWaypoint(): number {
    const { north, east } = this.toWaypoint();
    return (toDegrees(Math.atan2(east, north)) + 360) % 360;
  }

  private toWaypoint(): { north: number; east: number } {
    const { latitudeDeg, longitudeDeg } = this.position;
    return {
      north: (this.waypoint.latitudeDeg - latitudeDeg) * METRES_PER_DEGREE,
      east:
        (this.waypoint.longitudeDeg - longitudeDeg) * METRES_PER_DEGREE * Math.cos(toRadians(latitudeDeg)),
    };
  }
}

function offset({ latitudeDeg, longitudeDeg }: Position, northMetres: number, eastMetres: number): Position {
  const metresPerDegreeEast = METRES_PER_DEGREE * Math.cos(toRadians(latitudeDeg));
  return {
    latitudeDeg: latitudeDeg + northMetres / METRES_PER_DEGREE,
    longitudeDeg: longitudeDeg + eastMetres / metresPerDegreeEast,
  };
}

/** Who a simulated driver is. */
export interface Identity {
  driverId: string;
  plateNumber: string;
}

const SURNAMES = ['lin', 'zhao', 'chen', 'song', 'tang', 'luo', 'ye', 'fang', 'gao', 'shen', 'qiu', 'wei'];
const GIVEN_NAMES = ['jing', 'bo', 'ming', 'yan', 'tao', 'rui', 'lei', 'na', 'peng', 'xin', 'kai'];
const PLATE_CHARACTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789';

/**
 * Returns the driver with the given number, the same in every run whatever the seed: a fleet that is started again is
 * the same fleet. Names are made up; numbers make them unique.
 */
export function identityOf(index: number): Identity {
  // The lengths of the two lists have no common divisor, so the pairs repeat only after 132 drivers.
  const name = `${SURNAMES[index % SURNAMES.length] ?? ''}${GIVEN_NAMES[index % GIVEN_NAMES.length] ?? ''}`;
  return { driverId: `${name}${2_000_000 + index}`, plateNumber: `华${plateOf(index)}` };
}

/** Returns a letter and five characters. The multiplier shares no divisor with 34^5, so no two plates are alike. */
function plateOf(index: number): string {
  const base = PLATE_CHARACTERS.length;
  let number = ((index + 1) * 15_485_863) % base ** 5;
  let plate = '';
  for (let position = 0; position < 5; position += 1) {
    plate = (PLATE_CHARACTERS[number % base] ?? '') + plate;
    number = Math.floor(number / base);
  }
  return `A${plate}`;
}

import * as z from 'zod';

/** An IANA time zone name. */
export const timeZone = z
  .string()
  .refine((zone) => {
    try {
      return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
    } catch {
      return false;
    }
  }, 'must be an IANA time zone name such as Asia/Shanghai')
  .default('UTC');

const INTERVAL_UNITS_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const toMs = (value: string): number =>
  value === 'off' ? 0 : Number(value.slice(0, -1)) * INTERVAL_UNITS_MS[value.at(-1) as 's' | 'm' | 'h' | 'd'];

/** Makes a setting that is written as `15m`, `1h` or `off`, and is read as milliseconds; `off` is 0. */
export const intervalMs = (defaultValue: string) =>
  z
    .string()
    .regex(/^(?:off|[1-9]\d{0,4}[smhd])$/, 'must be a number with s, m, h or d, such as 15m or 1h, or off')
    .default(defaultValue)
    .transform(toMs);

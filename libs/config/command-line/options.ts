import { InvalidArgumentError, Option } from 'commander';

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Refuses a value that an option or an argument does not take. @param allowed what it takes */
export function refuse(allowed: string): never {
  throw new InvalidArgumentError(`Allowed: ${allowed}`);
}

/**
 * Makes an option whose value is a whole number.
 *
 * @param flags such as `--rounds <n>`
 * @param bounds the smallest number, the largest if there is one, and the default
 */
export function integerOption(
  flags: string,
  description: string,
  bounds: { readonly min: number; readonly max?: number; readonly default?: number },
): Option {
  const { min, max = Infinity } = bounds;
  const range = max === Infinity ? `from ${min}` : `from ${min} to ${max}`;
  const option = new Option(flags, `${description}, ${range}`).argParser((text: string): number => {
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return value;
    return refuse(`a whole number ${range}`);
  });
  return bounds.default === undefined ? option : option.default(bounds.default);
}

/** Makes an option whose value is the address of an HTTP server. @param meant the default */
export function urlOption(flags: string, description: string, meant: string): Option {
  const parse = (text: string): string => {
    const protocol = URL.parse(text)?.protocol;
    return protocol === 'http:' || protocol === 'https:' ? text : refuse(`an address such as ${meant}`);
  };
  return new Option(flags, description).argParser(parse).default(meant, meant);
}

/** Makes an option that takes one or several of `choices`, with commas between them. */
export function listOption(flags: string, description: string, choices: readonly string[]): Option {
  const allowed = `with commas between them: ${choices.join(', ')}`;
  const parse = (text: string): string[] => {
    const names = text.split(',').filter((name) => name !== '');
    return names.every((name) => choices.includes(name)) ? names : refuse(allowed);
  };
  return new Option(flags, `${description}, ${allowed}`).argParser(parse);
}

/**
 * Makes an option whose value is a time span, such as 90d; it is read as milliseconds.
 *
 * @param span whether `0` may mean no time at all, and the default
 */
export function durationOption(
  flags: string,
  description: string,
  span: { readonly mayBeZero?: boolean; readonly default?: string } = {},
): Option {
  const parse = (text: string): number => {
    if (span.mayBeZero === true && text === '0') return 0;
    const [, number, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
    if (number === undefined)
      return refuse(`30m, 12h, 90d and the like${span.mayBeZero === true ? ', or 0' : ''}`);
    return Number(number) * UNITS_MS[unit as keyof typeof UNITS_MS];
  };
  const option = new Option(flags, description).argParser(parse);
  return span.default === undefined ? option : option.default(parse(span.default), span.default);
}

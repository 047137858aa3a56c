import * as z from 'zod';

/** A setting that is a whole number, with bounds included. @param max left out: as large as a number may be */
export const wholeNumber = (min: number, max: number = Number.MAX_SAFE_INTEGER) => {
  const error =
    max === Number.MAX_SAFE_INTEGER
      ? `must be a whole number, at least ${min}`
      : `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};

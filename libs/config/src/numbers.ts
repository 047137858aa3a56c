import * as z from 'zod';

/** Makes a setting that is a whole number; the bounds are included. @param max any safe integer when left out */
export const wholeNumber = (min: number, max: number = Number.MAX_SAFE_INTEGER) => {
  const error =
    max === Number.MAX_SAFE_INTEGER
      ? `must be a whole number, at least ${min}`
      : `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};

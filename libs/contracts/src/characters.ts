import * as z from 'zod';

/**
 * Counts characters as people and JSON Schema do, by code points rather than by the UTF-16 units of `length`: an emoji
 * has two of those.
 */
export const countCharacters = (text: string): number => Array.from(text).length;

export const isLongerThan = (maxLength: number, text: string): boolean =>
  text.length > maxLength && countCharacters(text) > maxLength;

/** Makes a text that is not empty and not too long. */
export const textUpTo = (maxLength: number) =>
  z
    .string()
    .min(1)
    .refine((text) => !isLongerThan(maxLength, text), {
      error: ({ input }) =>
        `is ${countCharacters(String(input))} characters long; allowed: at most ${maxLength}`,
    })
    .meta({ maxLength });

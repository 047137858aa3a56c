import { countValues, mayHoldMoreValues } from './dense-text';

describe('values of text', () => {
  it.each(['[1,2,3]', '[{},{},[]]', '{"a":[1,{"b":2}]}', '1,"a,b",3', ''])(
    'are never more than counted: %s',
    (text) => {
      let parsed = 0;
      try {
        JSON.parse(text, (_, value: unknown) => ((parsed += 1), value));
      } catch {
        parsed = text.split(',').length;
      }
      const counted = countValues(Buffer.from(text));
      expect(counted).toBeGreaterThanOrEqual(parsed);
      expect(mayHoldMoreValues(text, counted)).toBe(false);
      expect(mayHoldMoreValues(text, counted - 1)).toBe(true);
    },
  );
});

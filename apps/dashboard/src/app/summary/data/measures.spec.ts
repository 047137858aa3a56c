import { CHARTED_MEASURES, formatCount, formatNumber, headingOf, RATE_DECIMALS, UP_TO_3 } from './measures';

describe('measures', () => {
  it('has the six charts in the order of the original', () => {
    expect(CHARTED_MEASURES.map(headingOf)).toEqual([
      'Records',
      'Fatigue behaviours',
      'Neutral slides',
      'Neutral-slide time (s)',
      'Overspeeds',
      'Overspeed time (s)',
    ]);
  });

  it('writes numbers with the decimals they are to have', () => {
    expect(formatCount(79_371)).toBe('79,371');
    expect(formatNumber(1_234.5, UP_TO_3)).toBe('1,234.5');
    expect(formatNumber(3.3, RATE_DECIMALS)).toBe('3.30');
    expect(formatNumber(null, RATE_DECIMALS)).toBe('n/a');
  });
});

import { LINE_COLOURS, LINE_STYLES, ownLineStyle } from './driver-colour';

const GROUNDS = { light: '#ffffff', dark: '#171e27' } as const;

/** Returns the relative luminance of WCAG 2.2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

describe('ownLineStyle', () => {
  const looks = (ids: readonly string[]) =>
    ids.map((id) => JSON.stringify(LINE_STYLES.light[ownLineStyle(id)]));

  it('gives ten consecutively numbered drivers ten colours, whatever their names', () => {
    const names = [
      'zengpeng',
      'xiexiao',
      'hanhui',
      'likun',
      'shenxian',
      'panxian',
      'xiezhi',
      'zouan',
      'haowei',
      'duxu',
    ];
    const colours = names.map(
      (name, index) => LINE_STYLES.light[ownLineStyle(`${name}${1_000_000 + index}`)]?.colour,
    );
    expect(new Set(colours).size).toBe(10);
  });

  it('tells forty consecutively numbered drivers apart by colour or dash', () => {
    const ids = Array.from({ length: 40 }, (_, index) => `driver-${index + 7}`);
    expect(new Set(looks(ids)).size).toBe(40);
  });

  it('spreads IDs without a number over the styles', () => {
    const ids = Array.from('abcdefghijklmnopqrstuvwxyz', (letter) => `driver-${letter}`);
    expect(new Set(looks(ids)).size).toBeGreaterThan(13);
  });
});

describe('LINE_STYLES', () => {
  it.each(['light', 'dark'] as const)('has lines of at least 3:1 contrast in the %s theme', (scheme) => {
    const contrasts = LINE_COLOURS[scheme].map((colour) => contrast(colour, GROUNDS[scheme]));
    expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(3);
  });

  it('keeps the dash of a style when the theme changes', () => {
    expect(LINE_STYLES.dark[17]?.dash).toEqual([7, 4]);
    expect(LINE_STYLES.light[17]?.dash).toEqual([7, 4]);
  });
});

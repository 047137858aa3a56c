import { LINE_STYLES, ownLineStyle } from './driver-colour';
import { assignLines, type LineAssignment } from './line-assignment';

const NOBODY: LineAssignment = { shown: new Map(), remembered: new Map() };
const first = (...ids: string[]) => assignLines(ids, NOBODY);
const looksOf = ({ shown }: LineAssignment) => [...shown.values()].map((style) => LINE_STYLES.light[style]);
const numbered = (count: number, prefix = 'd-') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('assignLines', () => {
  it.each([
    ['one number per depot', ['HK-07', 'SZ-07', 'GZ-07', 'MO-07']],
    ['numbers that are the same modulo 40', ['d-3', 'd-43', 'd-83', 'd-123', 'd-1000003']],
    ['names without a number', Array.from('abcdefghijklmnopqrst', (letter) => `driver ${letter}`)],
    ['scripts of every kind', ['华-12', 'ขับ-12', 'Müller 12', 'राम', '司机', '運転手', 'd-12']],
  ])('tells drivers apart that have %s', (_, ids) => {
    const looks = looksOf(first(...ids));
    expect(looks).toHaveLength(ids.length);
    expect(new Set(looks).size).toBe(ids.length);
    // As long as there are enough colours, no two lines differ by the dash alone.
    if (ids.length <= 10) expect(new Set(looks.map((look) => look?.colour)).size).toBe(ids.length);
  });

  it('gives everybody the style of the ID if no two share one', () => {
    const ids = numbered(40);
    expect([...first(...ids).shown]).toEqual(expect.arrayContaining(ids.map((id) => [id, ownLineStyle(id)])));
  });

  it('decides the same whichever of the drivers comes first', () => {
    const ids = ['HK-07', 'SZ-07', 'GZ-07', 'MO-07', 'HK-17'];
    const sorted = (assignment: LineAssignment) => [...assignment.shown].sort();
    expect(sorted(first(...ids.toReversed()))).toEqual(sorted(first(...ids)));
  });

  it('leaves the drivers that stay as they were, whoever comes or goes', () => {
    const alone = first('SZ-07');
    const both = assignLines(['GZ-07', 'SZ-07'], alone);
    expect(both.shown.get('SZ-07')).toBe(ownLineStyle('SZ-07'));
    expect(both.shown.get('GZ-07')).not.toBe(ownLineStyle('GZ-07'));
    const other = assignLines(['GZ-07', 'AA-07'], both);
    expect(other.shown.get('GZ-07')).toBe(both.shown.get('GZ-07'));
    expect(other.shown.get('AA-07')).toBe(ownLineStyle('AA-07'));
  });

  it('gives a driver that comes back the style it had, unless another one has it', () => {
    const both = assignLines(['GZ-07', 'SZ-07'], first('SZ-07'));
    const without = assignLines(['SZ-07'], both);
    expect(assignLines(['GZ-07', 'SZ-07'], without).shown).toEqual(both.shown);
    const taken = `x-${both.shown.get('GZ-07') ?? ''}`;
    const back = assignLines(['GZ-07', 'SZ-07', taken], assignLines(['SZ-07', taken], without));
    expect(new Set(back.shown.values()).size).toBe(3);
  });

  it('gives a style that two have had at different times to the one that was seen later', () => {
    const earlier = first('AA-07');
    const later = assignLines(['SZ-07'], earlier);
    const both = assignLines(['AA-07', 'SZ-07'], { ...later, shown: new Map() });
    expect(both.shown.get('SZ-07')).toBe(ownLineStyle('SZ-07'));
    expect(both.shown.get('AA-07')).not.toBe(ownLineStyle('AA-07'));
  });

  it('reuses styles if there are more drivers than styles, none more than necessary', () => {
    const users = new Map<number, number>();
    for (const style of first(...numbered(100, 'x-07-')).shown.values())
      users.set(style, (users.get(style) ?? 0) + 1);
    expect(users.size).toBe(40);
    expect(Math.max(...users.values())).toBe(3);
  });

  it('gives drivers that had to share a style different ones again once fewer are shown', () => {
    const many = first(...numbered(60));
    const [a = '', b = ''] = [...many.shown].filter(([, style]) => style === 5).map(([id]) => id);
    const few = assignLines([a, b], many);
    expect(few.shown.get(a)).toBe(5);
    expect(few.shown.get(b)).not.toBe(5);
  });

  it('is the same object if nothing has changed, so that no chart is redrawn', () => {
    const before = first('a', 'b');
    expect(assignLines(['b', 'a'], before)).toBe(before);
  });
});

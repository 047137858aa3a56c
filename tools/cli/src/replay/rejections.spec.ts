import { Rejections } from './rejections';

describe(Rejections.name, () => {
  it('shows the first rejected lines and counts all', () => {
    const printed: string[] = [];
    const rejections = new Rejections((text) => printed.push(text), 2);
    for (const line of [3, 8, 9, 12]) rejections.add({ file: 'day.csv', line, reason: 'has 3 fields' });
    expect(printed).toEqual(['day.csv:3: rejected: has 3 fields', 'day.csv:8: rejected: has 3 fields']);
    expect(rejections.count).toBe(4);
    expect(rejections.shown).toBe(2);
  });
});

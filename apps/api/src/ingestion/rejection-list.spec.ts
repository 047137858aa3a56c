import type { Rejection } from '@drivewatch/contracts';
import { RejectionList } from './rejection-list';

const rejections = (count: number, characters: number): Rejection[] =>
  Array.from({ length: count }, (_, index) => ({
    index,
    code: 'INVALID_RECORD',
    errors: [{ field: '', message: 'x'.repeat(characters) }],
  }));

describe(RejectionList.name, () => {
  it('counts all and lists the first 1,000', () => {
    const list = new RejectionList();
    list.add(rejections(700, 100));
    list.add(rejections(700, 100));
    expect([list.count, list.listed.length]).toEqual([1_400, 1_000]);
  });

  it('lists fewer when their reasons are long', () => {
    const list = new RejectionList();
    list.add(rejections(1_000, 10_000));
    expect([list.count, list.listed.length]).toEqual([1_000, 25]);
  });
});

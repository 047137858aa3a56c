import { idOf } from './record-ids';

const key = { reporterId: 'key-1', idempotencyKey: 'trip-1' };

describe(idOf.name, () => {
  it('derives the same id for the same reporter, driver, key and position, on every server and for ever', () => {
    // From Python's uuid.uuid5; with another one, what is sent again would be stored again.
    expect(idOf(key, 'd1', 0)).toBe('36462e94-6fdd-5895-b010-b4dcb866c76a');
  });

  it.each([
    ['reporter', { ...key, reporterId: 'key-2' }, 'd1', 0],
    ['driver', key, 'd2', 0],
    ['key', { ...key, idempotencyKey: 'trip-2' }, 'd1', 0],
    ['position', key, 'd1', 1],
  ])('derives another id for another %s', (_, source, driver, index) => {
    expect(idOf(source, driver, index)).not.toBe(idOf(key, 'd1', 0));
  });

  it('gives every record an id of its own without a key', () => {
    const source = { ...key, idempotencyKey: null };
    expect(idOf(source, 'd1', 0)).not.toBe(idOf(source, 'd1', 0));
  });
});

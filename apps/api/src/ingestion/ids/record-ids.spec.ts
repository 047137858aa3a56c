import { idOf, idOfSent } from './record-ids';

const key = { reporterId: 'key-1', idempotencyKey: 'trip-1' };

describe(idOf.name, () => {
  it('derives the same id for the same reporter, driver, key and position, on every server and forever', () => {
    // Python's uuid.uuid5 gives this; with another value, a record sent again would be stored again.
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

describe(idOfSent.name, () => {
  const recordId = '3f2b8c1e-5d67-4a90-b1c2-d3e4f5a6b7c8';

  it('derives the same id for the same key and recordId, on every server and forever', () => {
    // Python's uuid.uuid5 gives this, as above.
    expect(idOfSent(key, recordId)).toBe('2eff68a4-66c9-545d-a8cd-d2879f94640b');
  });

  it('derives another id for another device key, and for another recordId', () => {
    const id = idOfSent(key, recordId);
    expect(idOfSent({ ...key, reporterId: 'key-2' }, recordId)).not.toBe(id);
    expect(idOfSent(key, '3f2b8c1e-5d67-4a90-b1c2-d3e4f5a6b7c9')).not.toBe(id);
  });

  it('is the recordId if there are no keys', () => {
    expect(idOfSent({ ...key, reporterId: 'open' }, recordId)).toBe(recordId);
  });
});

import { requestId } from './request-id';

describe(requestId.name, () => {
  it('keeps the id that a request brings', () => {
    expect(requestId({ headers: { 'x-request-id': 'edge-7f3a:1' } })).toBe('edge-7f3a:1');
  });

  it.each([[undefined], [''], ['two words'], ['a"b'], ['x'.repeat(65)]])(
    'makes a new one instead of %j',
    (id) => {
      const headers = id === undefined ? {} : { 'x-request-id': id };
      const made = [requestId({ headers }), requestId({ headers })];
      expect(made).toEqual([
        expect.stringMatching(/^[\w-]{10,20}$/),
        expect.stringMatching(/^[\w-]{10,20}$/),
      ]);
      expect(made[0]).not.toBe(made[1]);
    },
  );
});

import { ClientCounts } from './client-counts';

describe(ClientCounts.name, () => {
  it('gives each address its allowance, and frees it again', () => {
    const counts = new ClientCounts(2);
    expect(counts.take('192.0.2.1')).toBe('192.0.2.1');
    const second = counts.take('::ffff:192.0.2.1');
    expect(counts.take('192.0.2.1')).toBeNull();
    expect(counts.take('192.0.2.2')).not.toBeNull();
    counts.give(second ?? '');
    expect(counts.take('192.0.2.1')).not.toBeNull();
    expect(counts.take('192.0.2.1')).toBeNull();
  });

  it('counts an IPv6 network of 64 bits as one client', () => {
    const counts = new ClientCounts(1);
    expect(counts.take('2001:db8:1:2::1')).not.toBeNull();
    expect(counts.take('2001:db8:1:2:ffff::1')).toBeNull();
    expect(counts.take('2001:db8:1:3::1')).not.toBeNull();
  });
});

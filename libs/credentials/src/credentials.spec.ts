import {
  createDeviceKey,
  DEVICE_KEY_PATTERN,
  hashDeviceKey,
  hashPassword,
  passwordProblem,
  userNameProblem,
  verifyPassword,
} from './index';

describe('device keys', () => {
  it('are dw_ and 256 random bits, and no two are alike', () => {
    const keys = Array.from({ length: 100 }, () => createDeviceKey().key);
    expect(new Set(keys).size).toBe(100);
    for (const key of keys) {
      expect(key).toMatch(DEVICE_KEY_PATTERN);
      expect(Buffer.from(key.slice(3), 'base64url')).toHaveLength(32);
    }
  });

  it('are stored as their SHA-256', () => {
    expect(hashDeviceKey('dw_test').toString('hex')).toBe(
      '35dc4c47b6c0ab2530cfd925e597a4a203032c9e6539e3e4dd6cf2c605bcb4f8',
    );
    const { key, hash } = createDeviceKey();
    expect(hash.equals(hashDeviceKey(key))).toBe(true);
  });
});

describe('passwords', () => {
  it('are hashed with Argon2id, each with a salt of its own, and known again', async () => {
    const [first, second] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(second).not.toBe(first);
    expect(await verifyPassword(first, 'correct horse')).toBe(true);
    expect(await verifyPassword(first, 'correct horsf')).toBe(false);
  });

  it('are the same however a keyboard composes their characters', async () => {
    expect(await verifyPassword(await hashPassword('Zu\u0308rich am See'), 'Z\u00fcrich am See')).toBe(true);
  });

  it.each([
    ['eleven char', /has 11 characters; allowed: at least 12/],
    ['aaaaaaaaaaaaaaaa', /repeats a few characters/],
    ['ab1'.repeat(342), /has 1026 characters; allowed: at most 1024/],
  ])('refuses %.20s', (password, problem) => {
    expect(passwordProblem(password)).toMatch(problem);
  });

  it('allows twelve characters of any kind', () => {
    expect(passwordProblem('twelve chars')).toBeNull();
    expect(passwordProblem('密码很长也没有关系的一二三')).toBeNull();
  });
});

describe('names of users', () => {
  it.each(['a', 'Ann.Lee@fleet-1.example', '李雷'])('allows %s', (name) => {
    expect(userNameProblem(name)).toBeNull();
  });
  it.each(['', ' ann', 'ann lee', '-ann', 'ann\n', 'a'.repeat(65)])('refuses %j', (name) => {
    expect(userNameProblem(name)).toMatch(/allowed: 1 to 64 letters/);
  });
});

import * as z from 'zod';
import { signInSchema } from './sign-in';

const EMOJI = '\u{1f69a}';

describe('the body of a sign-in', () => {
  const read = (name: string, password: string) => signInSchema.safeParse({ name, password });

  it.each([
    ['a', 'a'],
    [EMOJI.repeat(64), EMOJI.repeat(1024)],
  ])('may have name and password of up to 64 and 1,024 characters (%#)', (name, password) => {
    expect(read(name, password).data).toEqual({ name, password });
  });

  it('counts characters in its limits as its JSON Schema does', () => {
    const issues = read(EMOJI.repeat(65), EMOJI.repeat(1025)).error?.issues;
    expect(issues?.map(({ path, message }) => [path, message])).toEqual([
      [['name'], 'is 65 characters long; allowed: at most 64'],
      [['password'], 'is 1025 characters long; allowed: at most 1024'],
    ]);
    expect(z.toJSONSchema(signInSchema).properties).toEqual({
      name: { type: 'string', minLength: 1, maxLength: 64 },
      password: { type: 'string', minLength: 1, maxLength: 1024 },
    });
  });

  it('refuses empty ones', () => {
    expect(read('', '').error?.issues).toHaveLength(2);
  });
});

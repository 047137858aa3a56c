import fc from 'fast-check';
import { jsonFaultOf, linesHint, whyUnreadable } from './json-fault';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe(jsonFaultOf.name, () => {
  it.each([
    ['{"Speed":NaN}', 'has "NaN" instead of a value; allowed: text in double quotes, a number,', 10],
    ['{"Speed":-Infinity}', 'has "-Infinity" instead of a value', 10],
    ['{"华𠮷":01}', 'has "01" instead of a value', 7],
    ['[.5]', 'has ".5" instead of a value', 2],
    ['[1.]', 'has "1." instead of a value', 2],
    ['{"a":1,}', 'has a comma before the closing }', 8],
    ['[1,]', 'has a comma before the closing ]', 4],
    ["{'a':1}", 'has "\'" instead of a name; allowed: a name in double quotes', 2],
    ['{"a":\'x\'}', 'has "\'" instead of a value', 6],
    ['{a:1}', 'has "a" instead of a name', 2],
    ['{"a":1', 'breaks off without its closing }', 7],
    ['{"a"', 'breaks off without its closing }', 5],
    ['{"a":"x}', 'has a text without its closing double quote', 6],
    ['{"a" 1}', 'has "1" instead of a colon after a name', 6],
    ['{"a":1 "b":2}', 'has "\\"" instead of a comma or }', 8],
    ['{"a":[1}', 'has "}" instead of a comma or ]', 8],
    ['{"a":"x\ny"}', 'has the control character "\\n" in a text; allowed: as an escape', 8],
    ['{"a":"\\x"}', 'has a backslash in a text that begins no escape', 7],
    ['{} x', 'goes on after its end with "x"', 4],
    ['\ufeff{]', 'has "]" instead of a name', 2],
    [' ', 'holds nothing', 2],
    [`[${'x'.repeat(30)}]`, `has "${'x'.repeat(20)}…" instead of a value`, 2],
  ])('says what is wrong with %j and where', (text, message, character) => {
    const fault = jsonFaultOf(text) ?? '';
    expect(fault.slice(0, message.length)).toBe(message);
    expect(fault).toMatch(new RegExp(`, at character ${character}$`));
  });

  it('finds no fault in JSON and one in everything else', () => {
    const piece = fc.constantFrom(
      ...Array.from('{}[],:"\\ \n0123-+.eE'),
      '"a"',
      '"a":',
      'true',
      'null',
      'x',
      '\u0001',
      '1e5',
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      fc
        .json()
        .chain((json) =>
          fc
            .tuple(fc.nat(json.length), piece)
            .map(([at, added]) => json.slice(0, at) + added + json.slice(at + 1)),
        ),
      fc.json(),
    );
    fc.assert(
      fc.property(text, (tried) => {
        expect([tried, jsonFaultOf(tried) === null]).toEqual([tried, isJson(tried)]);
      }),
      { numRuns: 5_000 },
    );
  });

  it('passes over text that is nested as deeply as it is long', () => {
    expect(jsonFaultOf('['.repeat(65_536))).toBe('breaks off without its closing ], at character 65537');
  });
});

describe(whyUnreadable.name, () => {
  it('knows JSON that sets a prototype from what is no JSON', () => {
    expect(whyUnreadable('{"__proto__":{"a":1}}')).toMatch(/^sets the prototype of an object; allowed: /);
    expect(whyUnreadable('{"__proto__":oops}')).toMatch(/^is not JSON: it has "oops"/);
  });
});

describe('linesHint', () => {
  it.each(['{"a":1}\n{"a":2}\n', ' {"a":1} \r\n\r\n{"a":'])('tells objects one a line: %j', (text) => {
    expect(linesHint(text)).toMatch(/Content-Type: application\/x-ndjson/);
  });

  it.each(['{"a":1}', '{"a":\n{"b":1}}', '{"a":1}{"a":2}', '[{"a":1}\n{"a":2}]'])(
    'says nothing of %j',
    (text) => {
      expect(linesHint(text)).toBe('');
    },
  );
});

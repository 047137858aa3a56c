/** What is wrong with a text that is not JSON. */
interface Fault {
  /** The index in the text. */
  readonly at: number;
  readonly message: string;
}

/** What may come next in a text. */
type Expected = 'value' | 'valueOrEnd' | 'name' | 'nameOrEnd' | 'next';
type Step = Expected | Fault;

const VALUE = 'text in double quotes, a number, true, false, null, an object or an array';
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORDS: readonly string[] = ['true', 'false', 'null'];
/** Matches what stands for a number or a word, right or wrong. */
const TOKEN = /[-+.\w]+/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const FIRST_UNESCAPED = 0x20;
/** An error quotes no more than this of a text. */
const SHOWN_CHARACTERS = 20;

/**
 * Says why a text is no JSON (RFC 8259), and at which character, counted from 1; `null` if it is JSON. The messages of
 * the engine do not always name a place. This runs only once a text could not be parsed; it passes over the text once,
 * and has no recursion, because a hostile text may be nested deeply.
 */
export function jsonFaultOf(text: string): string | null {
  const fault = new JsonScanner(text).fault();
  return fault === null ? null : `${fault.message}, at character ${characterAt(text, fault.at)}`;
}

/** Says why a text could not be read. What is JSON nevertheless was refused because it sets a prototype. */
export function whyUnreadable(text: string): string {
  const fault = jsonFaultOf(text);
  return fault === null
    ? 'sets the prototype of an object; allowed: no name __proto__, and no constructor with a prototype'
    : `is not JSON: it ${fault}`;
}

/** Matches an object on a line and the beginning of another one on a later line. */
const TWO_OBJECTS = /^\s*\{.*\}[^\S\n]*\n\s*\{/;
/** Returns what to add to an error if the text seems to be JSON objects, one a line; else the empty text. */
export const linesHint = (text: string): string =>
  TWO_OBJECTS.test(text)
    ? '; for several records, one a line, send it with Content-Type: application/x-ndjson'
    : '';

/** Counts as people do, so that a pair of surrogates is one character. A byte order mark at the start is none. */
function characterAt(text: string, end: number): number {
  let count = 1;
  for (let index = text.startsWith('\ufeff') ? 1 : 0; index < end; count += 1)
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  return count;
}

class JsonScanner {
  private at = 0;
  /** The closing brackets that are to come. */
  private readonly closing: ('}' | ']')[] = [];

  constructor(private readonly text: string) {
    if (text.startsWith('\ufeff')) this.at = 1;
  }

  fault(): Fault | null {
    let step: Step = 'value';
    for (;;) {
      this.passSpace();
      if (this.at >= this.text.length) return this.faultAtEnd(step);
      step = this.step(step);
      if (typeof step === 'object') return step;
    }
  }

  private faultAtEnd(expected: Expected): Fault | null {
    const closing = this.closing.at(-1);
    if (closing !== undefined) return this.faulty(`breaks off without its closing ${closing}`);
    return expected === 'next' ? null : this.faulty('holds nothing');
  }

  private step(expected: Expected): Step {
    switch (expected) {
      case 'next':
        return this.afterValue();
      case 'name':
      case 'nameOrEnd':
        return this.name(expected);
      case 'value':
      case 'valueOrEnd':
        return this.value(expected);
    }
  }

  private afterValue(): Step {
    const closing = this.closing.at(-1);
    if (closing === undefined) return this.faulty(`goes on after its end with ${this.shown()}`);
    if (this.peek() === closing) return this.close();
    if (this.peek() !== ',') return this.faulty(`has ${this.shown()} instead of a comma or ${closing}`);
    this.at += 1;
    return closing === '}' ? 'name' : 'value';
  }

  private name(expected: Expected): Step {
    if (this.peek() === '}')
      return expected === 'nameOrEnd' ? this.close() : this.faulty('has a comma before the closing }');
    if (this.peek() !== '"')
      return this.faulty(`has ${this.shown()} instead of a name; allowed: a name in double quotes`);
    const fault = this.passString();
    if (fault !== null) return fault;
    this.passSpace();
    if (this.at >= this.text.length) return this.faulty('breaks off without its closing }');
    if (this.peek() !== ':') return this.faulty(`has ${this.shown()} instead of a colon after a name`);
    this.at += 1;
    return 'value';
  }

  private value(expected: Expected): Step {
    switch (this.peek()) {
      case '"':
        return this.passString() ?? 'next';
      case '{':
        this.open('}');
        return 'nameOrEnd';
      case '[':
        this.open(']');
        return 'valueOrEnd';
      case ']':
        if (expected === 'valueOrEnd') return this.close();
        if (this.closing.at(-1) === ']') return this.faulty('has a comma before the closing ]');
    }
    const token = this.token();
    if (!WORDS.includes(token) && !NUMBER.test(token))
      return this.faulty(`has ${this.shown()} instead of a value; allowed: ${VALUE}`);
    this.at += token.length;
    return 'next';
  }

  private passString(): Fault | null {
    const start = this.at;
    for (this.at += 1; this.at < this.text.length; this.at += 1) {
      if (this.peek() === '"') {
        this.at += 1;
        return null;
      }
      if (this.text.charCodeAt(this.at) < FIRST_UNESCAPED)
        return this.faulty(`has the control character ${this.shown()} in a text; allowed: as an escape`);
      if (this.peek() !== '\\') continue;
      ESCAPE.lastIndex = this.at;
      const [escape] = ESCAPE.exec(this.text) ?? [];
      if (escape === undefined)
        return this.faulty('has a backslash in a text that begins no escape; allowed: \\\\ for a backslash');
      this.at += escape.length - 1;
    }
    return { at: start, message: 'has a text without its closing double quote' };
  }

  private open(closing: '}' | ']'): void {
    this.closing.push(closing);
    this.at += 1;
  }

  private close(): Expected {
    this.closing.pop();
    this.at += 1;
    return 'next';
  }

  private passSpace(): void {
    while (SPACES.includes(this.peek()) && this.at < this.text.length) this.at += 1;
  }

  private peek(): string {
    return this.text.charAt(this.at);
  }

  private token(): string {
    TOKEN.lastIndex = this.at;
    return TOKEN.exec(this.text)?.[0] ?? '';
  }

  /** Returns what stands here, as an error may quote it. */
  private shown(): string {
    const token = this.token() || String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    return JSON.stringify(token.length > SHOWN_CHARACTERS ? `${token.slice(0, SHOWN_CHARACTERS)}…` : token);
  }

  private faulty(message: string): Fault {
    return { at: this.at, message };
  }
}

const SPACES = ' \t\n\r';

import { createLogger, type LogLevel } from './json-logger';

/** Returns a logger and the lines that it has written. */
function aLogger(level?: LogLevel) {
  const lines: Record<string, unknown>[] = [];
  const destination = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  };
  return { lines, logger: createLogger({ app: 'api', destination, ...(level && { level }) }) };
}

describe(createLogger.name, () => {
  it('writes a line of JSON with time, program, context and message', () => {
    const { lines, logger } = aLogger();
    logger.log('API listens', 'Drivewatch');
    expect(lines).toEqual([
      {
        level: 30,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        app: 'api',
        pid: process.pid,
        context: 'Drivewatch',
        msg: 'API listens',
      },
    ]);
  });

  it('writes the facts of a detailed message beside it', () => {
    const { lines, logger } = aLogger();
    logger.warn({ message: 'refused', requestId: 'r7', status: 503 }, 'Problem');
    expect(lines[0]).toMatchObject({
      level: 40,
      msg: 'refused',
      requestId: 'r7',
      status: 503,
      context: 'Problem',
    });
  });

  it('writes of an error its words, code and causes, and nothing that a driver or client has hung on it', () => {
    const { lines, logger } = aLogger();
    const cause = Object.assign(new Error('duplicate key'), { code: '23505', parameters: ['华AVM936'] });
    const error = Object.assign(new Error('not stored', { cause }), {
      headers: { authorization: 'Bearer dw_1' },
    });
    logger.error(error, 'Store');
    logger.error({ message: 'POST /addData', error }, 'Problem');
    expect(lines).toMatchObject([
      {
        msg: 'not stored',
        err: { message: 'not stored', cause: { message: 'duplicate key', code: '23505' } },
      },
      { msg: 'POST /addData', err: { message: 'not stored' } },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/华AVM936|dw_1/);
  });

  it('leaves out what is below its level', () => {
    const { lines, logger } = aLogger('warn');
    logger.log('started', 'Drivewatch');
    logger.debug('details', 'Drivewatch');
    logger.fatal('the end', 'Drivewatch');
    expect(lines.map(({ msg }) => msg)).toEqual(['the end']);
  });
});

import { isAllowedOrigin } from './origin';

describe(isAllowedOrigin, () => {
  const ALLOWED = ['https://fleet.example'];

  it.each([
    [undefined, 'drivewatch.example'],
    ['https://drivewatch.example', 'drivewatch.example'],
    ['http://localhost:8080', 'localhost:8080'],
    ['https://fleet.example', 'elsewhere.example'],
  ])('lets a page of %s use %s', (origin, host) => {
    expect(isAllowedOrigin({ ...(origin && { origin }), host }, ALLOWED)).toBe(true);
  });

  it.each([
    ['null', 'drivewatch.example'],
    ['', 'drivewatch.example'],
    ['https://evil.example', 'drivewatch.example'],
    ['https://drivewatch.example.evil.example', 'drivewatch.example'],
    ['http://localhost:8081', 'localhost:8080'],
    ['http://fleet.example', 'elsewhere.example'],
  ])('does not let a page of %j use %s', (origin, host) => {
    expect(isAllowedOrigin({ origin, host }, ALLOWED)).toBe(false);
  });
});

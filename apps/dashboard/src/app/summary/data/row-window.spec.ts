import { rowWindow } from './row-window';

describe('rowWindow', () => {
  it('holds what is visible and ten rows on either side', () => {
    expect(rowWindow(10_000, 0, 600, 40)).toEqual({ start: 0, end: 25 });
    expect(rowWindow(10_000, 4_000, 600, 40)).toEqual({ start: 90, end: 125 });
  });

  it('ends with the last row', () => {
    expect(rowWindow(10_000, 399_400, 600, 40)).toEqual({ start: 9_975, end: 10_000 });
  });

  it('shows the end of a table that got shorter than it was scrolled', () => {
    expect(rowWindow(30, 399_400, 600, 40)).toEqual({ start: 5, end: 30 });
    expect(rowWindow(3, 399_400, 600, 40)).toEqual({ start: 0, end: 3 });
  });
});

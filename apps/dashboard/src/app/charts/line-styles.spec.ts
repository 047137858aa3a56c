import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { LINE_STYLES, ownLineStyle } from './driver-colour';
import { LineStyles } from './line-styles';

/** Does what happens when the page is loaded again in the same tab. */
function reload(): LineStyles {
  dispatchEvent(new Event('pagehide'));
  TestBed.resetTestingModule();
  return TestBed.inject(LineStyles);
}

describe('LineStyles', () => {
  beforeEach(() => {
    sessionStorage.clear();
  });

  it('follows the drivers of the page that is open, and keeps their looks from one page to the next', () => {
    const styles = TestBed.inject(LineStyles);
    const ids = signal(['SZ-07']);
    styles.follow(ids);
    const look = styles.styleOf('SZ-07');
    ids.set(['GZ-07', 'HK-07', 'SZ-07']);
    const all = ['GZ-07', 'HK-07', 'SZ-07'].map((id) => styles.styleOf(id));
    expect(new Set(all).size).toBe(3);
    expect(all[2]).toBe(look);
    styles.follow(signal(['HK-07', 'AA-07', 'GZ-07']));
    expect(styles.styleOf('GZ-07')).toBe(all[0]);
    expect(styles.styleOf('HK-07')).toBe(all[1]);
  });

  it('keeps the looks through a reload, also those that were not the first choice', () => {
    const styles = TestBed.inject(LineStyles);
    styles.follow(signal(['SZ-07']));
    styles.styleOf('SZ-07');
    const ids = ['GZ-07', 'HK-07', 'SZ-07'];
    styles.follow(signal(ids));
    const looks = ids.map((id) => styles.styleOf(id));
    const reloaded = reload();
    reloaded.follow(signal(ids));
    expect(ids.map((id) => reloaded.styleOf(id))).toEqual(looks);
  });

  it('keeps the looks through a reload even if others are in view for a moment', () => {
    const styles = TestBed.inject(LineStyles);
    styles.follow(signal(['AA-07']));
    styles.styleOf('AA-07');
    styles.follow(signal(['SZ-07']));
    const look = styles.styleOf('SZ-07');
    const reloaded = reload();
    const ids = signal(['AA-07', 'BB-07', 'SZ-07']);
    reloaded.follow(ids);
    expect(reloaded.styleOf('SZ-07')).toBe(look);
    ids.set(['SZ-07']);
    expect(reloaded.styleOf('SZ-07')).toBe(look);
  });

  it('ignores stored looks that it cannot read', () => {
    for (const memory of ['', '{', '{"a":1}', '[["GZ-07",40],["HK-07",-1],[1,2],["SZ-07","x"]]']) {
      sessionStorage.setItem('drivewatch.line-styles', memory);
      TestBed.resetTestingModule();
      const styles = TestBed.inject(LineStyles);
      styles.follow(signal(['HK-07']));
      expect(styles.styleOf('HK-07')).toBe(LINE_STYLES.light[ownLineStyle('HK-07')]);
    }
  });
});

import { BreakpointObserver, type BreakpointState } from '@angular/cdk/layout';
import { TestBed } from '@angular/core/testing';
import { BehaviorSubject } from 'rxjs';
import { Theme } from './theme';

describe('Theme', () => {
  const systemIsDark = new BehaviorSubject<BreakpointState>({ matches: false, breakpoints: {} });
  const open = () => {
    TestBed.resetTestingModule();
    TestBed.configureTestingModule({
      providers: [{ provide: BreakpointObserver, useValue: { observe: () => systemIsDark } }],
    });
    return TestBed.inject(Theme);
  };

  beforeEach(() => {
    localStorage.clear();
    systemIsDark.next({ matches: false, breakpoints: {} });
  });

  it('follows the system until the user chooses', () => {
    const theme = open();
    expect(theme.scheme()).toBe('light');
    systemIsDark.next({ matches: true, breakpoints: {} });
    expect(theme.scheme()).toBe('dark');
  });

  it('remembers a choice against the system when the page is opened again', () => {
    open().toggle();
    const reopened = open();
    expect(reopened.scheme()).toBe('dark');
    expect(reopened.other()).toBe('light');
  });

  it('marks the document for the style sheet', () => {
    const theme = open();
    theme.toggle();
    TestBed.tick();
    expect(document.documentElement.dataset.colorScheme).toBe('dark');
  });
});

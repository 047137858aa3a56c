import { type EnvironmentProviders, inject, provideAppInitializer } from '@angular/core';
import { MatIconRegistry } from '@angular/material/icon';
import { DomSanitizer } from '@angular/platform-browser';

/** Shapes drawn on a 24 × 24 grid with round strokes; they are in the bundle so that no font or picture is fetched. */
const SHAPES = {
  brand:
    '<path d="M4 17a8 8 0 1 1 16 0" stroke-width="2.5"/><path d="m12 17 4.5-6" stroke-width="2.5"/><circle cx="12" cy="17" r="1.6" fill="currentColor" stroke="none"/>',
  warning: '<path d="M12 4 2.8 19.5h18.4z"/><path d="M12 10v4.5M12 17.2v.1"/>',
  silent:
    '<path d="M5 12.5a10 10 0 0 1 3-2M2 9a15 15 0 0 1 4-2.5M16 10.5a10 10 0 0 1 3 2M11 5.6A15 15 0 0 1 22 9M8.5 16a5 5 0 0 1 7 0M12 19.5v.1M4 3l16 18"/>',
  live: '<circle cx="12" cy="12" r="3.2" fill="currentColor" stroke="none"/><path d="M6.5 17.5a8 8 0 0 1 0-11M17.5 6.5a8 8 0 0 1 0 11"/>',
  connecting: '<path d="M20 12a8 8 0 1 1-2.5-5.8M20 4v4.5h-4.5"/>',
  offline: '<circle cx="12" cy="12" r="8.5"/><path d="m6 6 12 12"/>',
  search: '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5.5 5.5"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  dark: '<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"/>',
  light:
    '<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"/>',
  'zoom-in': '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5.5 5.5M10.5 8v5M8 10.5h5"/>',
  'zoom-out': '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5.5 5.5M8 10.5h5"/>',
  earlier: '<path d="m14.5 5-7 7 7 7"/>',
  later: '<path d="m9.5 5 7 7-7 7"/>',
  check: '<path d="m4.5 12.5 5 5 10-11"/>',
  clock: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
} as const;

const svgOf = (shape: string) =>
  `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${shape}</svg>`;

/** Registers the shapes above for `<mat-icon svgIcon="…">` under their names. */
export function provideIcons(): EnvironmentProviders {
  return provideAppInitializer(() => {
    const registry = inject(MatIconRegistry);
    const sanitizer = inject(DomSanitizer);
    for (const [name, shape] of Object.entries(SHAPES))
      registry.addSvgIconLiteral(name, sanitizer.bypassSecurityTrustHtml(svgOf(shape)));
  });
}

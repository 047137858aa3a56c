import { Service, signal } from '@angular/core';

/**
 * The text in the search box of the top bar; both live pages follow it, and it stays when going from one to the other.
 */
@Service()
export class DriverSearch {
  readonly text = signal('');
}

import { Service, signal } from '@angular/core';

/** What is typed in the search box of the top bar; both live pages follow it, and it survives going from one to the other. */
@Service()
export class DriverSearch {
  readonly text = signal('');
}

import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';

@Component({
  selector: 'dw-not-found-page',
  imports: [RouterLink],
  template: `
    <section class="dw-notice">
      <h1>There is no such page</h1>
      <p>The address may be misspelled, or the page may have moved.</p>
      <p><a routerLink="/live/separate">Go to the live speeds</a></p>
    </section>
  `,
})
export class NotFoundPage {}

import { Component, computed, DOCUMENT, inject } from '@angular/core';
import { ASKS_FOR_SIGN_IN } from '../access/session';
import { LiveFeed } from '../feed/live-feed';

/** What the live pages show before the first record: what the page waits for, and how a device sends it. */
@Component({
  selector: 'dw-waiting-for-records',
  template: `
    <section class="dw-notice">
      @if (feed.connection() === 'live') {
        <h1>Waiting for the first records…</h1>
        <p>
          A device sends one record at a time as JSON to <code>POST /addData</code>. Try it from a terminal:
        </p>
        <pre tabindex="0" role="region" aria-label="Example command">{{ command() }}</pre>
        <p>
          Speeds appear here with the next update, alerts at once. <code>Time</code> is read as
          {{ feed.timeZone() }}.
        </p>
      } @else {
        <h1>Connecting to the server…</h1>
        <p>Speeds appear here as soon as there is a connection. The page keeps trying by itself.</p>
      }
    </section>
  `,
  styles: `
    pre {
      overflow-x: auto;
      margin: 16px 0 0;
      padding: 14px 16px;
      border-radius: var(--dw-radius-s);
      background: var(--dw-quiet-ground);
      color: var(--dw-text);
    }
  `,
})
export class WaitingForRecords {
  protected readonly feed = inject(LiveFeed);
  /** If people have to sign in, devices have to show keys. */
  private readonly asksForKeys = inject(ASKS_FOR_SIGN_IN);
  private readonly origin = inject(DOCUMENT).location.origin;
  protected readonly command = computed(() => {
    const record = {
      driverID: 'driver-1',
      Speed: '72',
      Time: this.feed.timeFormat().dateTime(this.feed.asOfMs()),
    };
    return [
      `curl ${this.origin}/addData \\`,
      `  -H 'Content-Type: application/json' \\`,
      ...(this.asksForKeys ? [`  -H 'Authorization: Bearer KEY' \\`] : []),
      `  -d '${JSON.stringify(record)}'`,
    ].join('\n');
  });
}

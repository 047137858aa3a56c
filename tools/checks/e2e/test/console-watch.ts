import type { BrowserContext } from '@playwright/test';

/**
 * What the browser itself reports while a page cannot reach its server, is not let in, or asks for something that does
 * not exist.
 */
const CONNECTION_ERROR = /net::ERR_|WebSocket connection to|status of (?:401|403|404)/;
/** Advice of the browser that depends on how busy the machine is. */
const HASTE_ADVICE = 'was preloaded using link preload but not used within a few seconds';

/** Keeps everything that goes wrong in the pages of a browser context. */
export class ConsoleWatch {
  private readonly errors: string[] = [];

  constructor(context: BrowserContext) {
    context.on('console', (message) => {
      const isWrong = message.type() === 'error' || message.type() === 'warning';
      if (isWrong && !message.text().includes(HASTE_ADVICE))
        this.errors.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (webError) => {
      this.errors.push(`uncaught: ${String(webError.error())}`);
    });
  }

  /** @param isCut whether the test takes the server, or a file, away from the page */
  unexpected(isCut: boolean): string[] {
    return this.errors.filter((error) => !isCut || !CONNECTION_ERROR.test(error));
  }
}

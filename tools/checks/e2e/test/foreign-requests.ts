import type { Page } from '@playwright/test';

/** Returns the addresses that the page asks of any other server, a list that grows while the page is used. */
export function foreignRequests(page: Page, ownUrl: string): readonly string[] {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(ownUrl) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  return foreign;
}

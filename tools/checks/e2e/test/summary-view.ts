import type { Locator, Page } from '@playwright/test';

/** Finds what a person finds on the Summary page, by role and name. */
export class SummaryView {
  readonly retry: Locator;
  readonly charts: Locator;
  readonly search: Locator;
  readonly index: Locator;
  readonly score: Locator;
  private readonly drivers: Locator;

  constructor(readonly page: Page) {
    this.retry = page.getByRole('button', { name: 'Try again' });
    this.charts = page.getByRole('img', { name: /^Bar chart of / });
    this.search = page.getByRole('searchbox', { name: 'Search the table of drivers' });
    this.index = page.getByRole('navigation', { name: 'On this page' });
    this.score = page.getByRole('dialog');
    this.drivers = page.getByRole('table', { name: 'Drivers', exact: true });
  }

  quickRange(name: 'Last day of data' | 'Last 7 days' | 'All'): Locator {
    return this.page.getByRole('group', { name: 'Quick ranges' }).getByRole('button', { name });
  }

  /** Types a period into the form, hours as `08:00`, and submits it. */
  async pick([fromDate, fromHour]: [string, string], [toDate, toHour]: [string, string]): Promise<void> {
    await this.page.getByLabel('From date').fill(fromDate);
    await this.page.getByLabel('From hour').selectOption(fromHour);
    await this.page.getByLabel('To date').fill(toDate);
    await this.page.getByLabel('To hour').selectOption(toHour);
    await this.page.getByRole('button', { name: 'Show', exact: true }).click();
  }

  /** Returns a measure of all drivers. @param heading as it is written, with the unit */
  total(heading: string): Locator {
    return this.page
      .getByRole('table', { name: 'Totals' })
      .getByRole('row')
      .filter({ has: this.page.getByRole('rowheader', { name: heading, exact: true }) })
      .getByRole('cell')
      .first();
  }

  chart(heading: string): Locator {
    return this.page.getByRole('img', { name: `Bar chart of ${heading} of ` });
  }

  /** Returns what the table under a chart says, line by line. */
  async chartTable(name: string, heading: string): Promise<string[]> {
    await this.page.getByText(`${name} as a table`).click();
    const rows = this.page.getByRole('table', { name: heading, exact: true }).getByRole('row');
    return (await rows.allInnerTexts()).slice(1).map((row) => row.replace(/\s+/g, ' ').trim());
  }

  /** The drivers in the order of their table, as far as its rows are in the page. */
  get listed(): Locator {
    return this.drivers.getByRole('rowheader');
  }

  row(driverId: string): Locator {
    return this.drivers
      .getByRole('row')
      .filter({ has: this.page.getByRole('rowheader', { name: driverId, exact: true }) });
  }

  heading(name: string): Locator {
    return this.drivers.getByRole('columnheader', { name, exact: true });
  }
}

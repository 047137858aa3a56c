import type { Locator, Page } from '@playwright/test';

/** Finds what a person finds on the dashboard, by role and name. */
export class DashboardPage {
  readonly connection: Locator;
  readonly search: Locator;
  readonly cards: Locator;
  /** The chart of all drivers. */
  readonly fleetChart: Locator;
  readonly legend: Locator;

  constructor(readonly page: Page) {
    this.connection = page.getByRole('status', { name: 'Connection' });
    this.search = page.getByRole('searchbox', { name: 'Search drivers' });
    this.cards = page.getByRole('article');
    this.fleetChart = page.getByRole('img', { name: /^Speeds of \d+ drivers? from/ });
    this.legend = page.getByRole('list', { name: 'Lines' });
  }

  link(name: 'Separate' | 'All' | 'Alerts' | 'Summary' | 'Audit'): Locator {
    return this.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true });
  }

  range(name: 'Last 5 min' | 'Last 30 min' | 'All'): Locator {
    return this.page.getByRole('group', { name: 'Range' }).getByRole('button', { name, exact: true });
  }

  card(driverID: string): Locator {
    return this.page.getByRole('article', { name: driverID, exact: true });
  }

  /** Returns the chart on a driver's card; its attribute `data-point-count` says how many points the page holds. */
  chart(driverID: string): Locator {
    return this.card(driverID).getByRole('img', { name: `Speed of ${driverID}` });
  }

  toast(driverID: string): Locator {
    return this.page.getByRole('alert').filter({ hasText: driverID });
  }

  /** Returns a driver's rows in the list of active or past alerts. */
  alertRows(list: 'Active' | 'Past', driverID: string): Locator {
    return this.page
      .getByRole('table', { name: list })
      .getByRole('row')
      .filter({ has: this.page.getByRole('rowheader', { name: driverID }) });
  }

  themeSwitch(to: 'dark' | 'light'): Locator {
    return this.page.getByRole('button', { name: `Switch to ${to} theme` });
  }
}

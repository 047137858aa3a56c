import type { Routes } from '@angular/router';
import { BarController, BarElement, CategoryScale, LinearScale, Tooltip } from 'chart.js';
import { provideCharts } from 'ng2-charts';

export const summaryRoutes: Routes = [
  {
    path: '',
    title: 'Summary',
    // What bar charts use of Chart.js, and nothing else of it: the rest stays out of the download.
    providers: [
      provideCharts({ registerables: [BarController, BarElement, CategoryScale, LinearScale, Tooltip] }),
    ],
    loadComponent: () => import('./summary-page').then((module) => module.SummaryPage),
  },
];

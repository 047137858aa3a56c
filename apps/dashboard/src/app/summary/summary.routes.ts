import type { Routes } from '@angular/router';
import { BarController, BarElement, CategoryScale, LinearScale, Tooltip } from 'chart.js';
import { provideCharts } from 'ng2-charts';

export const summaryRoutes: Routes = [
  {
    path: '',
    title: 'Summary',
    // Only those parts of Chart.js that bar charts use are registered, which keeps the rest out of the download.
    providers: [
      provideCharts({ registerables: [BarController, BarElement, CategoryScale, LinearScale, Tooltip] }),
    ],
    loadComponent: () => import('./summary-page').then((module) => module.SummaryPage),
  },
];

import type { Routes } from '@angular/router';
import { provideSpeedCharts } from '../charts/chart-setup';

export const liveRoutes: Routes = [
  {
    path: '',
    providers: [provideSpeedCharts()],
    children: [
      { path: '', pathMatch: 'full', redirectTo: 'separate' },
      {
        path: 'separate',
        title: 'Separate',
        loadComponent: () => import('./separate/separate-page').then((module) => module.SeparatePage),
      },
      {
        path: 'all',
        title: 'All',
        loadComponent: () => import('./all/all-page').then((module) => module.AllPage),
      },
    ],
  },
];

import type { Routes } from '@angular/router';
import { canSignIn, signedIn } from './access/signed-in.guard';

/** Every page loads on demand: what is needed to start stays small (see the bundle check of the build). */
export const routes: Routes = [
  {
    path: 'sign-in',
    title: 'Sign in',
    canMatch: [canSignIn],
    loadComponent: () => import('./access/sign-in-page').then((module) => module.SignInPage),
  },
  {
    path: '',
    canMatch: [signedIn],
    children: [
      { path: '', pathMatch: 'full', redirectTo: 'live/separate' },
      { path: 'live', loadChildren: () => import('./live/live.routes').then((module) => module.liveRoutes) },
      {
        path: 'alerts',
        title: 'Alerts',
        loadComponent: () => import('./alerts/alerts-page').then((module) => module.AlertsPage),
      },
      {
        path: 'summary',
        loadChildren: () => import('./summary/summary.routes').then((module) => module.summaryRoutes),
      },
      {
        path: 'audit',
        title: 'Audit',
        loadComponent: () => import('./audit/audit-page').then((module) => module.AuditPage),
      },
      {
        path: '**',
        title: 'Page not found',
        loadComponent: () => import('./shell/not-found-page').then((module) => module.NotFoundPage),
      },
    ],
  },
];

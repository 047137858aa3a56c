import {
  type ApplicationConfig,
  inject,
  provideAppInitializer,
  provideBrowserGlobalErrorListeners,
} from '@angular/core';
import {
  provideRouter,
  TitleStrategy,
  withComponentInputBinding,
  withInMemoryScrolling,
} from '@angular/router';
import { Session } from './access/session';
import { routes } from './app.routes';
import { provideIcons } from './icons';
import { PageTitle } from './shell/page-title';
import { Theme } from './charts/theme';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideRouter(
      routes,
      withComponentInputBinding(),
      withInMemoryScrolling({ scrollPositionRestoration: 'enabled' }),
    ),
    { provide: TitleStrategy, useExisting: PageTitle },
    provideIcons(),
    // The theme is created before the first paint, so that a remembered one does not flash in late.
    provideAppInitializer(() => void inject(Theme)),
    // The first page depends on the session. This takes no time where everything is open.
    provideAppInitializer(() => inject(Session).check()),
  ],
};

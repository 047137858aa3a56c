import { inject } from '@angular/core';
import { type CanMatchFn, Router } from '@angular/router';
import { Session, SIGN_IN_PATH } from './session';

/** Lets people who may see a page in; the others sign in first and come back. */
export const signedIn: CanMatchFn = () => {
  const router = inject(Router);
  if (!inject(Session).mustSignIn()) return true;
  const from = router.currentNavigation()?.extractedUrl.toString() ?? '/';
  return router.createUrlTree([SIGN_IN_PATH], { queryParams: from === '/' ? {} : { from } });
};

/** Nobody can sign in where everything is open, and nobody needs to who is signed in. */
export const canSignIn: CanMatchFn = () => {
  const session = inject(Session);
  if (session.mustSignIn()) return true;
  return session.user() === null ? false : inject(Router).createUrlTree(['/']);
};

import { inject } from '@angular/core';
import { type CanMatchFn, Router } from '@angular/router';
import { Session, SIGN_IN_PATH } from './session';

/** Pages for those who may see them; the others sign in first and come back. */
export const signedIn: CanMatchFn = () => {
  const router = inject(Router);
  if (!inject(Session).mustSignIn()) return true;
  const from = router.currentNavigation()?.extractedUrl.toString() ?? '/';
  return router.createUrlTree([SIGN_IN_PATH], { queryParams: from === '/' ? {} : { from } });
};

/** There is nothing to sign in to where everything is open, and no need where somebody is signed in. */
export const canSignIn: CanMatchFn = () => {
  const session = inject(Session);
  if (session.mustSignIn()) return true;
  return session.user() === null ? false : inject(Router).createUrlTree(['/']);
};

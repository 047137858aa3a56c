import type { FastifyHelmetOptions } from '@fastify/helmet';

/**
 * Headers that keep a browser from doing with an answer what nobody meant. Scripts come from this server and the CDN
 * alone, never from the page's text; styles may, since Angular puts those of its components there.
 *
 * @param cdnUrl where the pages' files and the public bucket are: a path of this server, or a URL elsewhere
 * @param isSecure whether people come by https; browsers are told to keep to it then
 */
export function securityHeaders(cdnUrl: string, isSecure: boolean): FastifyHelmetOptions {
  const cdn = URL.canParse(cdnUrl) ? [new URL(cdnUrl).origin] : [];
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'self'"],
        connectSrc: ["'self'", ...cdn],
        fontSrc: ["'self'", ...cdn],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:', ...cdn],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'", ...cdn],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'", "'unsafe-inline'", ...cdn],
      },
    },
    // The public bucket is read by pages anywhere, and by a CDN in front.
    crossOriginResourcePolicy: false,
    frameguard: { action: 'deny' },
    hsts: isSecure ? { maxAge: 180 * 24 * 3600, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
  };
}

import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet, { type HelmetOptions } from 'helmet';

export type Headers = Readonly<Record<string, string>>;

/** The headers of answers to devices, which nothing displays: they take a tenth of the bytes and time of a page's. */
export const DEVICE_HEADERS: Headers = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/**
 * Returns headers that keep a browser from doing with an answer what nobody meant. Scripts come only from this server
 * and the CDN, never from the page's text; styles may, since Angular puts those of its components there.
 *
 * Helmet fills in one answer that is sent to nobody, and its headers are kept: they are the same for every answer, and
 * its hooks would cost each request about as much as all else that the server does for it.
 *
 * @param cdnUrl where the pages' files and the public bucket are: a path of this server, or a URL elsewhere
 * @param isSecure whether people use https; browsers are then told to insist on it
 */
export function securityHeaders(cdnUrl: string, isSecure: boolean): Headers {
  const answer = new ServerResponse(new IncomingMessage(new Socket()));
  helmet(helmetOptions(cdnUrl, isSecure))(answer.req, answer, (error) => {
    if (error instanceof Error) throw error;
  });
  return Object.fromEntries(
    Object.entries(answer.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
}

function helmetOptions(cdnUrl: string, isSecure: boolean): HelmetOptions {
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
    // Pages anywhere, and a CDN in front, read the public bucket.
    crossOriginResourcePolicy: false,
    frameguard: { action: 'deny' },
    hsts: isSecure ? { maxAge: 180 * 24 * 3600, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
  };
}

import fastifyHelmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import fastify from 'fastify';

export type Headers = Readonly<Record<string, string>>;

/** Of answers to devices, which nothing shows: a tenth of the bytes and of the time of a page's. */
export const DEVICE_HEADERS: Headers = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/**
 * Headers that keep a browser from doing with an answer what nobody meant. Scripts come from this server and the CDN
 * alone, never from the page's text; styles may, since Angular puts those of its components there.
 *
 * Helmet is asked once and what it says is kept: they are the same for every answer, and its hooks would cost each
 * request about as much as all else that the server does for it.
 *
 * @param cdnUrl where the pages' files and the public bucket are: a path of this server, or a URL elsewhere
 * @param isSecure whether people come by https; browsers are told to keep to it then
 */
export async function securityHeaders(cdnUrl: string, isSecure: boolean): Promise<Headers> {
  const headersOf = async (options?: FastifyHelmetOptions) => {
    const server = fastify();
    if (options !== undefined) await server.register(fastifyHelmet, options);
    server.get('/', (_, reply) => reply.send());
    const { headers } = await server.inject('/');
    await server.close();
    return Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  };
  const plain = new Set((await headersOf()).map(([name]) => name));
  const all = await headersOf(helmetOptions(cdnUrl, isSecure));
  return Object.fromEntries(all.filter(([name]) => !plain.has(name)));
}

function helmetOptions(cdnUrl: string, isSecure: boolean): FastifyHelmetOptions {
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

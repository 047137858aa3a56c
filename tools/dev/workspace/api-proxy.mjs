/**
 * Configures what `npx nx serve dashboard` passes on to the API, so that the page finds everything at its own address.
 * API_URL says where the API is.
 */
const DEFAULT_API_URL = 'http://127.0.0.1:8080';
/** The paths that belong to the API; all others belong to the page. */
const PATHS = ['/addData', '/admin', '/api', '/cdn', '/health', '/metrics', '/socket.io'];
/** An API that is busy starting up answers late. */
const ANSWER_LIMIT_MS = 2_000;

const { origin } = readApiUrl(process.env.API_URL || DEFAULT_API_URL);

/** @throws Error in one line when it is no address */
function readApiUrl(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error('API_URL must be the address of an API, such as http://127.0.0.1:8080');
  }
  return url;
}

/**
 * Makes a request of this page look like one of the API's own page; otherwise the API would refuse it. Requests of
 * other pages keep their origin, and the API refuses them as usual.
 */
function setOwnOrigin(proxyRequest, { headers }) {
  const from = headers.origin;
  if (URL.canParse(from) && new URL(from).host === headers.host) proxyRequest.setHeader('origin', origin);
}

/** Reports what is missing, once, before the first page is requested. */
async function sayWhereTheApiIs() {
  const answers = await fetch(`${origin}/health/live`, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) }).then(
    ({ ok }) => ok,
    () => false,
  );
  console.log(
    answers
      ? `The page's API is ${origin}`
      : `No API answers at ${origin} yet: start one with "npx nx serve api" or "npm start", or set API_URL`,
  );
}

await sayWhereTheApiIs();

export default Object.fromEntries(
  PATHS.map((path) => [
    path,
    {
      target: origin,
      changeOrigin: true,
      ws: path === '/socket.io',
      configure: (proxy) => {
        proxy.on('proxyReq', setOwnOrigin);
        proxy.on('proxyReqWs', setOwnOrigin);
      },
    },
  ]),
);

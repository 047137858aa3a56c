import { SWAGGER_UI_ID } from './docs-page';

/**
 * Makes Swagger UI show the document. The script is a file of its own, since no page may contain inline scripts.
 * Swagger UI is dark if its class says so, and ignores what the browser prefers.
 *
 * @param openApi address of the document
 */
export const startScript = (
  openApi: string,
): string => `const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
SwaggerUIBundle(${JSON.stringify({ url: openApi, dom_id: `#${SWAGGER_UI_ID}`, deepLinking: true, validatorUrl: 'none' })});
`;

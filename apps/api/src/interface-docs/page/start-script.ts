import { SWAGGER_UI_ID } from './docs-page';

/**
 * Has Swagger UI show the document; in a file of its own, since no page may have scripts in its text. Swagger UI is dark
 * where its class says so, and has no eye for what the browser prefers.
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

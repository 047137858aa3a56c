/**
 * Styles what surrounds Swagger UI, which has a style sheet of its own, and overrides it in two places: a column for
 * links between operations, which the document does not have, and tables that would be wider than a phone.
 */
export const DOCS_STYLE_SHEET = `:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 68rem; margin: 0 auto; padding: 1rem; }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
nav span { margin-inline-start: auto; }
#live-socket { padding-inline: 1.25rem; }
#live-socket section { margin-block: 2rem; }
#live-socket code { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
#live-socket dd { margin: 0 0 0.5rem 1.25rem; }
#live-socket table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
#live-socket :is(th, td) { text-align: start; vertical-align: top; padding: 0.35rem 0.6rem; border-bottom: 1px solid #8886; }
#live-socket td:first-child code { white-space: nowrap; }
#live-socket td:last-child { min-width: 14rem; }
#http .response-col_links { display: none; }
@media (width < 40rem) {
  body, #live-socket { padding-inline: 0.5rem; }
  nav { padding-inline: 0.5rem; }
  nav span { margin-inline-start: 0; }
  #http :is(table, tbody, tr, td) { display: block; width: auto; }
  #http thead { display: none; }
}
`;

/** The styles are in a file of their own, so that the page needs no inline styles. */
export const DOCS_STYLE_SHEET = `:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 68rem; margin: 0 auto; padding: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
pre { padding: 0.75rem; overflow-x: auto; border: 1px solid #8886; border-radius: 0.5rem; }
pre code { overflow-wrap: normal; }
figure { margin: 0.5rem 0; }
section { margin-block: 2rem; }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto; }
th, td { text-align: start; vertical-align: top; padding: 0.35rem 0.6rem; border-bottom: 1px solid #8886; }
td:first-child code { white-space: nowrap; }
td:last-child { min-width: 14rem; }
`;

/** Jest's way to import a file as its text, as esbuild's `text` loader does in the builds. */
module.exports = {
  process: (text) => ({ code: `module.exports = ${JSON.stringify(text)};` }),
};

/** A Lua script, which every build and Jest import as its text. */
declare module '*.lua' {
  const text: string;
  export default text;
}

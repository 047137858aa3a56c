/** A Lua script, which every build and Jest import as text. */
declare module '*.lua' {
  const text: string;
  export default text;
}

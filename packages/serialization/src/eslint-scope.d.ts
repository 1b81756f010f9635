/** eslint-scope has no types of its own. What is used of it, free-names.ts and module-scopes.ts describe. */
declare module 'eslint-scope' {
  export function analyze(program: unknown, options: object): unknown;
}

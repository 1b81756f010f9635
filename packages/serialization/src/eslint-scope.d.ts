/** eslint-scope has no types of its own. free-names.ts and module-scopes.ts declare the members that they use. */
declare module 'eslint-scope' {
  export function analyze(program: unknown, options: object): unknown;
}

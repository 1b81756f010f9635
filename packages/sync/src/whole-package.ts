/** The module that registers all classes of this package: see register.ts. It stands beside this one, bundled or not. */
export const wholePackage: string | undefined =
  typeof import.meta.url === 'string' ? new URL('./index.js', import.meta.url).href : undefined; // undefined in a CommonJS bundle

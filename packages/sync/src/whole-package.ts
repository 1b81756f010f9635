/** The module that makes all classes of this package known: see register.ts. It stands beside this one, bundled or not. */
export const wholePackage: string = new URL('./index.js', import.meta.url).href;

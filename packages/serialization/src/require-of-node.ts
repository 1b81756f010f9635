import nodeModule from 'node:module';

/**
 * `require` for Node's own modules, for files by their absolute path, and for the list of loaded modules (`cache`). It is that of a path of
 * Node's own: in an application that was bundled with Heddle inside, `import.meta.url` may be missing. webpack replaces an imported
 * `createRequire` by its own, which knows modules of the bundle only; it leaves the property of the module alone.
 */
export const requireOfNode: NodeJS.Require = nodeModule.createRequire(process.execPath);

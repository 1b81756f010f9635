/** Heddle's packages as they are installed (the testkit's suite is a user of them), the sources that source maps lead to included; in a bundle with a source map, too. */
const installed = /\/(?:node_modules|npm\/[^/]+)\/@heddle\/(?!testkit\/)[^/]+(?:\/\d[^/]*)?\/(?:dist|src)\//;
/** In `src` of a package that is no published one: those who use it. */
const test = /\.test\.[cm]?[jt]s\b|\/test-support\//;
const node = /^\s+at .*\(?node:(?:internal|events|async_hooks)/;
const frame = /^\s+at /;
const key = Symbol.for('heddle.internalFrames');
const registry = globalThis as { [key]?: Set<string> | undefined };

/** Which lines of a stack are Heddle's own: they say nothing to a user. */
class InternalFrames {
  /** Of all copies in this realm: a worker is one file with a copy of its own, and its tasks may load another. */
  readonly #folders: Set<string> = (registry[key] ??= new Set());

  /**
   * Frames in a module's folder, and below, are internal.
   *
   * @param moduleUrl - `import.meta.url` of the module
   * @param file - where the module stands when it has not been bundled, from the folder of its package on:
   *   `my-executor/dist/index.js`. With it the whole of `dist` is internal, and `src` beside it, where source maps lead to;
   *   and nothing is when the module became part of an application's bundle, whose frames are the user's.
   */
  add(moduleUrl: string | undefined, file?: string): void {
    if (typeof moduleUrl !== 'string') return; // in a CommonJS bundle
    const url = moduleUrl.replace(/[?#].*$/, '').replace(/\/src\/(.*)\.ts$/, '/dist/$1.js'); // or run from its sources
    if (file === undefined) {
      this.#addFolder(moduleUrl.slice(0, moduleUrl.lastIndexOf('/') + 1));
    } else if (url.endsWith(`/${file}`)) {
      const root = url.slice(0, url.length - file.length + file.indexOf('/') + 1);
      this.#addFolder(`${root}dist/`);
      this.#addFolder(`${root}src/`);
    }
  }

  #addFolder(folder: string): void {
    if (folder === '') return;
    this.#folders.add(folder);
    if (!folder.startsWith('file://')) return;
    const path = decodeURIComponent(folder.slice('file://'.length));
    this.#folders.add(/^\/[a-z]:/i.test(path) ? path.slice(1) : path);
  }

  /** The stack without internal frames, and without Node's above and below them. */
  without(stack: string): string {
    const kept: string[] = [];
    for (const line of stack.split('\n')) {
      if (!this.#has(line)) kept.push(line);
      else while (node.test(kept.at(-1) ?? '')) kept.pop(); // what Heddle called in Node, to call the user's
    }
    while (node.test(kept.at(-1) ?? '')) kept.pop();
    return kept.join('\n');
  }

  #has(line: string): boolean {
    if (!frame.test(line)) return false;
    const place = line.replaceAll('\\', '/');
    if (installed.test(place)) return true;
    for (const folder of this.#folders) if (place.includes(folder)) return !test.test(place);
    return false;
  }
}

export const internalFrames: InternalFrames = new InternalFrames();
internalFrames.add(import.meta.url, 'futures/dist/stacks/internal-frames.js');

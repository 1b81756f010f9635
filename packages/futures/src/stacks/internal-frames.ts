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
   * Declares frames in a module's folder, and below, internal.
   *
   * @param moduleUrl - `import.meta.url` of the module
   * @param place - where the module stands when no application's bundle contains it: a file or, with a slash at its end, a folder,
   *   from the folder of its package on: `my-executor/dist/index.js`. With it, the whole of `dist` is internal, and `src`
   *   beside it, where source maps lead to. Nothing is internal when the module became part of an application's
   *   bundle: its frames are the user's.
   */
  add(moduleUrl: string | undefined, place?: string): void {
    if (typeof moduleUrl !== 'string') return; // in a CommonJS bundle
    if (place === undefined) {
      this.#addFolder(moduleUrl.slice(0, moduleUrl.lastIndexOf('/') + 1));
      return;
    }
    const root = packageOf(moduleUrl.replace(/[?#].*$/, ''), place);
    if (root === undefined) return;
    this.#addFolder(`${root}dist/`);
    this.#addFolder(`${root}src/`);
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

/** The folder of the package, when the module stands at its place there or is one of its sources. */
function packageOf(url: string, place: string): string | undefined {
  const name = place.slice(0, place.indexOf('/') + 1);
  const start = place.endsWith('/') ? url.lastIndexOf(`/${place}`) : url.endsWith(`/${place}`) ? url.length - place.length - 1 : -1;
  const found = start >= 0 ? start : url.endsWith('.ts') ? url.lastIndexOf(`/${name}src/`) : -1;
  return found < 0 ? undefined : url.slice(0, found + 1 + name.length);
}

export const internalFrames: InternalFrames = new InternalFrames();
internalFrames.add(import.meta.url, 'futures/dist/bundle/');

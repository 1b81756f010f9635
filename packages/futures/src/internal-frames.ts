/** Which lines of a stack are Heddle's own: they say nothing to a user. */
class InternalFrames {
  readonly #folders = new Set<string>();
  readonly #later: (() => string)[] = [];

  /** @param moduleUrl - `import.meta.url` of a module: frames in its folder, and below, are internal */
  add(moduleUrl: string): void {
    const folder = moduleUrl.slice(0, moduleUrl.lastIndexOf('/') + 1);
    this.#folders.add(folder);
    if (folder.startsWith('file://')) this.#folders.add(decodeURIComponent(folder.slice('file://'.length)));
  }

  /** As {@link add}, for what is only looked for when a stack is: resolving takes as long as much of a worker's start. */
  addLater(findUrl: () => string): void {
    this.#later.push(findUrl);
  }

  /** The stack without internal frames, and without Node's below them. */
  without(stack: string): string {
    const lines = stack.split('\n').filter((line) => !this.#has(line));
    while (/^\s+at .*\(?node:(internal|events|async_hooks)/.test(lines.at(-1) ?? '')) lines.pop();
    return lines.join('\n');
  }

  #has(line: string): boolean {
    if (!/^\s+at /.test(line)) return false;
    for (const findUrl of this.#later.splice(0)) this.add(findUrl());
    for (const folder of this.#folders) if (line.includes(folder)) return true;
    return false;
  }
}

export const internalFrames: InternalFrames = new InternalFrames();
internalFrames.add(import.meta.url);

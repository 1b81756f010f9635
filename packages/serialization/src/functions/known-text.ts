/** Keeps the facts about functions by their text, strictness and name, which functions that are created in a loop have in common. */
import { analyzeFunction, type FunctionAnalysis } from './analyze-function.js';
import type { FunctionSource } from './function-descriptor.js';
import type { ScriptLocation } from './inspect-function.js';
import { TextCache } from './text-cache.js';

/** How many characters of function texts each generation of the cache keeps. */
const CACHED_TEXT = 4_000_000;
/** How many descriptors one text may have, by name, place or captures. The computed names of functions, for example, may be endless. */
const CACHED_VARIANTS = 32;
/** After so many looks at one place, a text that captures nothing is assumed to be at no other place. */
const ENOUGH_LOOKS = 64;

/** All facts about functions of one text, strictness and name. */
export class KnownText {
  readonly name: string;
  readonly sloppy: boolean;
  readonly analysis: FunctionAnalysis;
  readonly #evaluated = new Set<string>();
  readonly #descriptors = new Map<string, FunctionSource>();
  #looks = 0;
  #only: FunctionSource | undefined;

  constructor(name: string, sloppy: boolean, text: string) {
    this.name = name;
    this.sloppy = sloppy;
    this.analysis = analyzeFunction(text, sloppy);
  }

  /** @returns the descriptor of a place and signature (see sort-names.ts), which is made the first time */
  descriptor(key: string, make: () => FunctionSource): FunctionSource {
    let known = this.#descriptors.get(key);
    if (known === undefined) {
      if (this.#descriptors.size >= CACHED_VARIANTS) this.#descriptors.clear();
      known = make();
      this.#descriptors.set(key, known);
    }
    return known;
  }

  /** Notes that a function of this text was at this position of a script without a name. */
  wasEvaluated({ line, column }: ScriptLocation): void {
    if (this.#evaluated.size >= CACHED_VARIANTS) this.#evaluated.clear();
    this.#evaluated.add(`${String(line)}:${String(column)}`);
  }

  /** Tells whether a function is likely to be evaluated code: it is at the position of others that were, in a script of its own. */
  isEvaluated({ line, column }: ScriptLocation): boolean {
    return this.#evaluated.size > 0 && this.#evaluated.has(`${String(line)}:${String(column)}`);
  }

  known(key: string): FunctionSource | undefined {
    return this.#descriptors.get(key);
  }

  /** Notes a look at a function of this text that captures only what is named, and whose other names mean the same everywhere. */
  looked(descriptor: FunctionSource): void {
    this.#looks = this.#only === undefined || this.#only === descriptor ? this.#looks + 1 : -Infinity;
    this.#only = descriptor;
  }

  /**
   * Returns the one descriptor that all functions of this text have had so far, if there were many. A further look would show whether a
   * variable has the name of a global that the function uses. It is then not worth its time, except now and then.
   *
   * @param open - the names that are neither its own nor named
   */
  settled(open: readonly string[]): FunctionSource | undefined {
    if (this.#looks < ENOUGH_LOOKS || Number.isInteger(Math.log2(this.#looks))) return undefined;
    const { captures, globals } = this.analysis;
    if (captures.length + globals.length !== open.length + (this.#only?.captures.length ?? 0)) return undefined;
    this.#looks += 1;
    return this.#only;
  }
}

/** A cache of function texts. */
export class KnownTexts {
  readonly #texts = new TextCache<KnownText[]>(CACHED_TEXT);

  get(text: string, name: string, sloppy: boolean): KnownText {
    let sameText = this.#texts.get(text);
    const known = sameText?.find((each) => each.name === name && each.sloppy === sloppy);
    if (known !== undefined) return known;
    if (sameText === undefined) this.#texts.set(text, (sameText = []));
    if (sameText.length >= CACHED_VARIANTS) sameText.length = 0;
    const made = new KnownText(name, sloppy, text);
    sameText.push(made);
    return made;
  }
}

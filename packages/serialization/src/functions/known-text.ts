/** What is known of functions by their text, strictness and name: functions made anew, in a loop, have all three in common. */
import { analyzeFunction, type FunctionAnalysis } from './analyze-function.js';
import type { FunctionSource } from './function-descriptor.js';
import type { ScriptLocation } from './inspect-function.js';
import { TextCache } from './text-cache.js';

/** Characters of function texts kept in each generation of the cache. */
const CACHED_TEXT = 4_000_000;
/** Functions of one text that differ in name, place or captures: those of computed names, say, may be endless. */
const CACHED_VARIANTS = 32;
/** Looks at one place after which a text that captures nothing is taken to stand nowhere else. */
const ENOUGH_LOOKS = 64;

/** All that was found out about functions of one text, strictness and name. */
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

  /** The descriptor of a place and signature (see sort-names.ts), made at the first time. */
  descriptor(key: string, make: () => FunctionSource): FunctionSource {
    let known = this.#descriptors.get(key);
    if (known === undefined) {
      if (this.#descriptors.size >= CACHED_VARIANTS) this.#descriptors.clear();
      known = make();
      this.#descriptors.set(key, known);
    }
    return known;
  }

  /** A function of this text stood there in a script without a name. */
  wasEvaluated({ line, column }: ScriptLocation): void {
    if (this.#evaluated.size >= CACHED_VARIANTS) this.#evaluated.clear();
    this.#evaluated.add(`${String(line)}:${String(column)}`);
  }

  /** Whether this one is likely to be evaluated: it stands where others did, in a script of its own. */
  isEvaluated({ line, column }: ScriptLocation): boolean {
    return this.#evaluated.size > 0 && this.#evaluated.has(`${String(line)}:${String(column)}`);
  }

  known(key: string): FunctionSource | undefined {
    return this.#descriptors.get(key);
  }

  /** A function of this text captures nothing but what is named, and all other names mean what they mean everywhere. */
  looked(descriptor: FunctionSource): void {
    this.#looks = this.#only === undefined || this.#only === descriptor ? this.#looks + 1 : -Infinity;
    this.#only = descriptor;
  }

  /**
   * The one descriptor that all functions of this text had so far, when there were so many that a look at this one, which
   * would show whether a variable has the name of one of the globals it uses, is not worth its time. Now and then it is.
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

/** A cache of texts. */
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

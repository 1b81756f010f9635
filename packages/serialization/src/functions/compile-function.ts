import { Script } from 'node:vm';
import type { ScriptOptions } from 'node:vm';

import { SerializationError } from '@heddle/futures/errors';

import type { FunctionForm, FunctionSource, LoadedFunction } from './function-descriptor.js';
import { importNames } from './import-names.js';
import { mainLoader } from './main-loader.js';

/** What stands around the text, so that a script's value is the function. */
export const WRAPPERS: Readonly<Record<FunctionForm, { before: string; after: string }>> = {
  expression: { before: '(', after: ')' },
  method: { before: '({', after: '})' },
  'nameless method': { before: '({_', after: '})' },
  'nameless async method': { before: '({async _', after: '})' },
};

/** One function with variables of its own around it. */
interface Instance {
  /** Makes it; a class looks at its variables as it is made, a function when it is called. */
  readonly make: () => LoadedFunction;
  /** Gives the variables their values. */
  readonly fill: (values: Readonly<Record<string, unknown>>) => void;
}

/** What a function that captures `this` is filled from. */
interface Filling {
  values: Readonly<Record<string, unknown>>;
  /** It can be given only once. */
  hasThis: boolean;
}

/** What the compiled script is: called for each instance. */
type Create = (base: typeof Given, filling: Filling) => readonly [make: () => unknown, fill: (values: object) => void];

/** As a base class: `this` of its subclass is what it is given. */
const Given = function (self: object): object {
  return self;
};

/** Code that was compiled once, to make functions of. */
export class FunctionFactory {
  readonly descriptor: FunctionSource;
  readonly #create: Create;
  #imported: Readonly<Record<string, unknown>> | undefined;
  #loading: Promise<void> | undefined;

  /** @throws SerializationError when the text does not compile, e.g. when this runtime is older than the caller's */
  constructor(descriptor: FunctionSource) {
    this.descriptor = descriptor;
    this.#create = compile(descriptor) as Create;
    const imported = importNames(descriptor);
    if (!(imported instanceof Promise)) {
      this.#imported = imported;
      return;
    }
    this.#loading = imported.then((values) => {
      this.#imported = values;
      this.#loading = undefined;
    });
    this.#loading.catch(() => undefined); // told to whoever waits for it
  }

  /** Resolves when what it imports is here; `undefined` when nothing has to be waited for. */
  get loading(): Promise<void> | undefined {
    return this.#loading;
  }

  /** A new function. Call `fill` before it, or its class's heritage, is used. */
  instance(): Instance {
    const filling: Filling = { values: {}, hasThis: false };
    const [create, fill] = this.#create(Given, filling);
    return {
      make: () => this.#finish(create()),
      fill: (values) => {
        filling.values = { ...values, ...this.#imported };
        fill(filling.values);
        filling.hasThis = true;
      },
    };
  }

  /** A new function that captures nothing, or these values. */
  with(values: Readonly<Record<string, unknown>>): LoadedFunction {
    const { make, fill } = this.instance();
    fill(values);
    return make();
  }

  get isClass(): boolean {
    const { form, source } = this.descriptor;
    return form === 'expression' && /^class\b/.test(source);
  }

  #finish(value: unknown): LoadedFunction {
    const { form, name } = this.descriptor;
    const fn = (form === 'expression' ? value : onlyProperty(value as object)) as LoadedFunction;
    if (fn.name !== name) Object.defineProperty(fn, 'name', { value: name, configurable: true });
    return fn;
  }
}

/**
 * Compiles a function that travelled by source, in the main context. For executor authors.
 *
 * The script bears the name of the one that defined the function and begins where the function stood, so stack traces,
 * `import()` and breakpoints work as they would there. The wrapper's own characters are made up for by a column offset
 * that may be negative. The variables that it captures are declared around it:
 *
 * ```js
 * (() => { let a, b; return [() => (the text), function () { ({ a, b } = arguments[0]); }]; })
 * ```
 *
 * An arrow function's `this` is that of the function around it, which is a constant, but its value may hold the arrow
 * function itself. So it is made in the one place where `this` may come later: a derived constructor before `super()`.
 *
 * ```js
 * (function () { let a; return new (class extends arguments[0] { constructor() { return [() => (the text), () => {
 *   ({ a } = arguments[0].values); if (!arguments[0].hasThis) super(arguments[0].values.this); }]; } })(arguments[1]); })
 * ```
 *
 * No name of ours may hide one that the text uses, which is why arguments go by their number.
 */
function compile({ name, source, form, strict, url, line, column, importsModules, captures, imports }: FunctionSource): unknown {
  const { before, after } = WRAPPERS[form];
  const names = [...captures.filter((each) => each !== 'this'), ...imports.map(({ local }) => local)].join(', ');
  const { opening, closing } = (captures.includes('this') ? aroundThis : around)(names);
  const prefix = `${strict ? '"use strict";' : ''}${opening}${before}`;
  const suffix = after + closing;
  const options: ScriptOptions = {
    filename: url ?? `[heddle task ${name}]`,
    lineOffset: line,
    columnOffset: column - prefix.length,
  };
  if (importsModules) Object.assign(options, { importModuleDynamically: mainLoader() });
  try {
    return new Script(prefix + source + suffix, options).runInThisContext();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SerializationError(`function "${name}" does not compile in the worker: ${why}`, { cause });
  }
}

function around(names: string): { opening: string; closing: string } {
  const [declared, filled] = names === '' ? ['', ''] : [`let ${names}; `, `({ ${names} } = arguments[0]); `];
  return { opening: `(() => { ${declared}return [() => `, closing: `, function () { ${filled}}]; })` };
}

function aroundThis(names: string): { opening: string; closing: string } {
  const [declared, filled] = names === '' ? ['', ''] : [`let ${names}; `, `({ ${names} } = arguments[0].values); `];
  return {
    opening: `(function () { ${declared}return new (class extends arguments[0] { constructor() { return [() => `,
    closing: `, () => { ${filled}if (!arguments[0].hasThis) super(arguments[0].values.this); }]; } })(arguments[1]); })`,
  };
}

/** By descriptor: a method may be called `__proto__`. */
function onlyProperty(object: object): unknown {
  const [key = ''] = Reflect.ownKeys(object);
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

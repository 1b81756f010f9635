/**
 * Generates modules of functions that use a few names, each time within other scopes that declare some of them: imports, globals,
 * what CommonJS gives a module, and variables of the module are shadowed by whatever can shadow them. All functions have the same
 * text. What one returns when it is called where it stands is what a worker has to return.
 */

/** The names that functions use: imports, globals of the language and of Node, of CommonJS, a variable of the module. */
const NAMES = [
  'config',
  'twice',
  'limit',
  'Loom',
  'all',
  'basename',
  'Math',
  'URL',
  'setTimeout',
  'process',
  'require',
  'module',
  'exports',
  '__dirname',
  'own',
] as const;
type Name = (typeof NAMES)[number];

/** What a name stands for, told in a way that is the same for a copy. */
const show = (name: string): string =>
  `typeof ${name} === 'function' ? ${name}.name + '/' + ${name}.length + '/' + ${name}.tag : typeof ${name} === 'object' && ${name} !== null ? String(${name}.tag) : String(${name})`;

/** Names that have a meaning in both kinds of modules, unshadowed; others are used where they are shadowed only. */
const ALWAYS: ReadonlySet<Name> = new Set([
  'config',
  'twice',
  'limit',
  'Loom',
  'all',
  'basename',
  'Math',
  'URL',
  'setTimeout',
  'own',
] as const);

type Random = (below: number) => number;

/** Mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A scope that declares a name, around code. */
type Scope = (name: string, value: string, body: string) => string;

const SCOPES: Readonly<Record<string, Scope>> = {
  parameter: (name, value, body) => `((${name}) => { ${body} })(${value});`,
  'default parameter': (name, value, body) => `((other, ${name} = ${value}) => { ${body} })();`,
  'parameter of a default': (name, value, body) => `((${name}, run = () => { ${body} }) => { run(); })(${value});`,
  'parameter and variable': (name, value, body) =>
    `(function (${name}, get = () => ${name}) { var ${name} = ${value}; ${body} })('parameter');`,
  'rest parameter': (name, value, body) => `((...${name}) => { ${body} })(${value});`,
  'destructured parameter': (name, value, body) => `(({ key: ${name} }) => { ${body} })({ key: ${value} });`,
  'const of a block': (name, value, body) => `{ const ${name} = ${value}; ${body} }`,
  'let that is assigned to': (name, value, body) => `{ let ${name} = 'before'; ${body} ${name} = ${value}; }`,
  'var of a function': (name, value, body) => `(function () { ${body} var ${name} = ${value}; })();`,
  'for of': (name, value, body) => `for (const ${name} of [${value}, 'second']) { ${body} }`,
  'for in': (name, _value, body) => `for (const ${name} in { first: 1, second: 2 }) { ${body} }`,
  'for let': (name, _value, body) => `for (let ${name} = 0; ${name} < 2; ${name}++) { ${body} }`,
  catch: (name, value, body) => `try { throw ${value}; } catch (${name}) { ${body} }`,
  'destructured error': (name, value, body) => `try { throw [${value}]; } catch ([${name}]) { ${body} }`,
  'destructured variable': (name, value, body) => `{ const [{ ${name} = ${value} }] = [{}]; ${body} }`,
  'switch case': (name, value, body) => `switch (1) { case 1: let ${name} = ${value}; ${body} }`,
  'named function': (name, _value, body) => `(function ${name}(a, b) { ${body} })(1);`,
  'function of a block': (name, _value, body) => `{ function ${name}(a) { return a; } ${body} }`,
  'named class': (name, _value, body) => `(class ${name} { static get tag() { return 'named class'; } static run() { ${body} } }).run();`,
  'class of a block': (name, _value, body) => `{ class ${name} { static get tag() { return 'class of a block'; } } ${body} }`,
  'static block': (name, value, body) => `(class { static { const ${name} = ${value}; ${body} } });`,
  'field of a class': (name, value, body) => `new (class { field = ((${name}) => { ${body} return 1; })(${value}); })();`,
  generator: (name, value, body) => `[...(function* (${name}) { ${body} yield 1; })(${value})];`,
  nothing: (_name, _value, body) => `(() => { ${body} })();`,
};

/** In sloppy code only. */
const SLOPPY: Readonly<Record<string, Scope>> = {
  with: (name, value, body) => `with ({ ${name}: ${value} }) { ${body} }`,
  'direct eval': (name, value, body) => `(() => { eval(${JSON.stringify(`var ${name} = ${value};`)}); ${body} })();`,
};

/** A case: scopes within each other, and a function in the innermost. */
function oneCase(random: Random, n: number, code: 'module' | 'commonjs' | 'evaluated'): string {
  const used = new Set<string>();
  const depth = 1 + random(4);
  const chosen = Array.from({ length: depth }, (_, i) => {
    // Only where no class is around it.
    const all = Object.entries(code === 'commonjs' && i === depth - 1 ? { ...SCOPES, ...SLOPPY } : SCOPES);
    const scopes = code === 'evaluated' ? all.filter(([scope]) => scope !== 'named function') : all;
    const [kind, scope] = scopes[random(scopes.length)] as [string, Scope];
    const name = NAMES[random(NAMES.length)] as Name;
    if (kind !== 'nothing') used.add(name);
    return { kind, scope, name };
  });
  while (used.size < 4) {
    const name = NAMES[random(NAMES.length)] as Name;
    if (ALWAYS.has(name) && (code !== 'evaluated' || name !== 'all')) used.add(name);
  }
  const names = NAMES.filter((name) => used.has(name));
  const label = `${String(n)}: ${chosen.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`;
  let text = `globalThis.addCase(${JSON.stringify(label)}, () => [${names.map(show).join(', ')}]);`;
  for (const { scope, name } of chosen) text = scope(name, valueOf(random, n), text);
  return text;
}

/** Values are made by the generated code. */
function valueOf(random: Random, n: number): string {
  switch (random(4)) {
    case 0:
      return `{ tag: 'object ${String(n)}' }`;
    case 1:
      return `(a, b, c) => ${String(n)}`;
    case 2:
      return `'text ${String(n)}'`;
    default:
      return random(2) === 0 ? 'null' : String(n);
  }
}

const IMPORTS = {
  module: `import Loom, { config, twice, limit } from './helper.mjs';
import * as all from './helper.mjs';
import { basename } from 'node:path';
export const cases = {};
`,
  commonjs: `const config = { tag: 'own config' }; const twice = (n) => n * 2; const limit = 7; class Loom { static get tag() { return 'own class'; } } const all = { tag: 'all' };
const { basename } = require('node:path');
const cases = exports.cases = {};
`,
};

/** The text of a module that exports `cases`: functions by what is around them. */
export function shadowedModule(seed: number, count: number, kind: 'module' | 'commonjs' = 'module'): string {
  const random = randomOf(seed);
  const lines = Array.from({ length: count }, (_, n) => oneCase(random, n, kind));
  return `${IMPORTS[kind]}const own = { tag: 'own' };
// Of the global object: classes that travel have no variable more for it.
let count = 0;
globalThis.addCase = (label, fn) => { cases[label + ' #' + count++] = [fn]; };
${lines.join('\n')}
`;
}

/**
 * The same, each case evaluated: directly among the variables of the module, or given them as the parameters of a `Function`. Without
 * the names of function expressions, which only the text of a module tells of, and without namespaces, which can't be imported again.
 */
export function evaluatedModule(seed: number, count: number): string {
  const random = randomOf(seed);
  const names = ['config', 'twice', 'limit', 'Loom', 'all', 'basename', 'own'];
  const lines = Array.from({ length: count }, (_, n) => {
    const code = JSON.stringify(oneCase(random, n, 'evaluated'));
    return n % 2 === 0 ? `eval(${code});` : `new Function(${names.map((name) => `'${name}'`).join(', ')}, ${code})(${names.join(', ')});`;
  });
  return `${IMPORTS.module}const own = { tag: 'own' };
let count = 0;
globalThis.addCase = (label, fn) => { cases[label + ' #' + count++] = [fn]; };
${lines.join('\n')}
`;
}

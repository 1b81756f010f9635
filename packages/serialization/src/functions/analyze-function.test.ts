import { describe, expect, test } from '@jest/globals';

import { analyzeFunction } from './analyze-function.js';

/** Returns the reasons why a function can't travel, and its captures. */
function obstacles(text: string): string[] {
  const { notCallable, obstacles: found, captures } = analyzeFunction(text, false);
  if (notCallable !== undefined) return [notCallable.kind];
  return [
    ...found.map((each) => ('name' in each ? `${each.kind} ${each.name}` : each.kind)),
    ...captures.map((name) => `captured ${name}`),
  ];
}

describe('analyzeFunction', () => {
  test.each<[text: string, expected: string[]]>([
    // variables
    ['() => a + b.c + d()', ['captured a', 'captured b', 'captured d']],
    ['() => { later(); first; later(); }', ['captured later', 'captured first']],
    ['(a, b = a + c) => b', ['captured c']],
    ['({ [key]: a }) => a', ['captured key']],
    ['() => ({ shorthand })', ['captured shorthand']],
    ['() => { assigned = 1 }', ['written assigned', 'captured assigned']],
    ['() => { counter++ }', ['written counter', 'captured counter']],
    ['() => { object.property = 1 }', ['captured object']],
    ['() => { for (each of []) each }', ['written each', 'captured each']],
    ['function f() { return () => () => deep }', ['captured deep']],
    ['(a) => { { let b = a } return b }', ['captured b']],
    ['() => class extends Base {}', ['captured Base']],
    ['() => tag`x`', ['captured tag']],
    ['() => typeof variable', ['captured variable']],
    ['function f() { try {} catch (e) {} return e }', ['captured e']],
    ['async () => { for await (const x of stream) x }', ['captured stream']],
    ['const1 => const1', []],
    ['function self(n) { return n && self(n - 1) }', []],
    ['method(n) { return method(n - 1) }', ['captured method']],
    // methods' names are not theirs
    ['[prefix + 1](a) { return a }', []],
    ['async [prefix + 1](a) { return prefix }', ['captured prefix']],
    // globals
    ['() => [Math, globalThis, Buffer, fetch, undefined, structuredClone]', []],
    ['() => setTimeout(console.log)', []],
    ['() => window.title', ['captured window']],
    ["() => typeof window === 'undefined' ? 0 : window.title", []],
    ['() => typeof document', []],
    ["() => require('fs')", ['captured require']],
    [
      '() => [__dirname, __filename, module, exports]',
      ['captured __dirname', 'captured __filename', 'captured module', 'captured exports'],
    ],
    ['() => __name(() => 1, "inner")', ['captured __name']],
    ['() => { cov_2k3().s[0]++; return 1 }', ['captured cov_2k3']],
    // uses of the surrounding code
    ['() => this', ['captured this']],
    ['() => () => this.x', ['captured this']],
    ['(a = this) => a', ['captured this']],
    ['() => ({ [this.key]() { return this } })', ['captured this']],
    ['() => class { [this.key] = this }', ['captured this']],
    ['() => class { x = this; y() { return this } static { this.z = 1 } }', []],
    ['function f() { return this }', []],
    ['() => function () { return this }', []],
    ['() => arguments[0]', ['outer arguments']],
    ['() => function () { return arguments }', []],
    ['() => new.target', ['outer new.target']],
    ['function f() { return new.target }', []],
    ['() => import.meta.url', ['outer import.meta']],
    ['method() { return super.method() }', ['outer super']],
    ['() => super.method()', ['outer super']],
    ['() => super()', ['outer super']],
    ['() => ({ m() { return super.m() } })', []],
    ['() => class extends Object { constructor() { super(); super.x } f = super.y }', []],
    ['(o) => o.#x', ['outer #x']],
    ['(o) => #x in o', ['outer #x']],
    ['() => class { #x = 1; has(o) { return #x in o && (() => o.#x) } }', []],
    ['() => class { #x = 1; m(o) { return o.#y } }', ['outer #y']],
    ['() => { class A { #x } return (o) => o.#x }', ['outer #x']],
    ['() => eval("a")', ['eval']],
    ['() => (0, eval)("a")', []],
    ['() => { this.x = y; eval("") }', ['eval', 'captured this', 'captured y']],
    // kinds of functions
    ['function* f() {}', ['generator']],
    ['async function* f() {}', ['generator']],
    ['*m() {}', ['generator']],
    ['async *[computed]() {}', ['generator']],
    ['get x() { return 1 }', ['accessor']],
    ['set x(v) {}', ['accessor']],
    ['get [x]() { return 1 }', ['accessor']],
    ['class {}', ['class']],
    ['class A { static #p() {} }', ['class']],
    ['class A extends B { constructor() { super() } }', ['class']],
    // syntax that no parser here knows
    ['() => %future syntax%', ['unreadable']],
    ['', ['unreadable']],
  ])('%s', (text, expected) => {
    expect(obstacles(text)).toEqual(expected);
  });

  test.each<[text: string, sloppy: boolean, strict: boolean]>([
    ['() => 1', false, true],
    ['function () {}', false, true],
    ['function () {}', true, false],
    ['function () { "use strict" }', true, false],
    ['() => 010', false, false],
    ['() => { with ({}) {} }', false, false],
    ['m(let) {}', false, false],
    ['#m() {}', false, true],
  ])('%s (sloppy: %p) is strict: %p', (text, sloppy, strict) => {
    const analysis = analyzeFunction(text, sloppy);
    expect([analysis.strict, analysis.obstacles]).toEqual([strict, []]);
  });

  test.each<[text: string, form: string, source: string, origin: number]>([
    ['async (a) => a', 'expression', 'async (a) => a', 0],
    ['function /* ( */ f (a) {}', 'expression', 'function /* ( */ f (a) {}', 19],
    ['async m(a) {}', 'method', 'async m(a) {}', 7],
    ["'(' (a) {}", 'method', "'(' (a) {}", 4],
    ['[(1)] (a) {}', 'nameless method', '(a) {}', 0],
    ['async [k](a) {}', 'nameless async method', '(a) {}', 0],
    ['#p(a) {}', 'nameless method', '(a) {}', 0],
    ['async #p(a) {}', 'nameless async method', '(a) {}', 0],
  ])('%s travels as: %s', (text, form, source, origin) => {
    expect(analyzeFunction(text, false)).toMatchObject({ form, source, origin });
  });

  test.each<[text: string, imports: boolean, byPlace: boolean]>([
    ['() => 1', false, false],
    ["() => import('./a.js')", true, true],
    ["() => import('package')", true, true],
    ['(x) => import(x)', true, true],
    ["() => import('/absolute/on/this/drive.js')", true, true],
    ["() => import('node:fs')", true, false],
    ["() => [import('fs'), import('file:///a.js'), import('data:text/javascript,')]", true, false],
    ["() => [import('fs'), import('#internal')]", true, true],
  ])('%s imports: %p, as its place says: %p', (text, importsModules, importsByPlace) => {
    expect(analyzeFunction(text, false)).toMatchObject({ importsModules, importsByPlace });
  });

  test('lists the globals, for variables that may hide them', () => {
    const text = '(Map) => { Map; crypto; typeof window; console; crypto }';
    expect(analyzeFunction(text, false).globals).toEqual(['crypto', 'window', 'console']);
  });

  test('refuses code too deep to walk, and does not crash', () => {
    expect(obstacles(`() => ${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toEqual(['unreadable']);
    expect(obstacles(`() => ${'!'.repeat(20_000)}1`).filter((each) => each !== 'unreadable')).toEqual([]);
  });
});

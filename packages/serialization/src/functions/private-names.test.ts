import { describe, expect, test } from '@jest/globals';
import { privateNames } from './private-names.js';

test.each<[source: string, names: string[]]>([
  [
    'class A { #a = 1; #b; #c\n #d() {} get #e() { return 1; } set #e(v) {} async #f() {} *#g() {} async *#h() {} }',
    ['#a', '#b', '#c', '#d', '#e', '#e', '#f', '#g', '#h'],
  ],
  ['class A { static #a = 1; static async #b() {} static *#c() {} static get #d() { return 1; } }', []],
  ['class A { static #a = 1; #b = 2 }', ['#b']],
  ['class A{#a=1;b(){return this.#a}}', ['#a']],
  ['class A { has(o) { return #a in o; } #a; }', ['#a']],
  ['class A { /* #b; */ // #c;\n text = "#d;"; other = \'#e;\'; template = `#f;`; #a; }', ['#a']],
  ['class A { pattern = /[\'"]/; \n #a; }', ['#a']],
  ['class A { "it\\"s" = 1; #ключ = 1; #a$1; }', ['#ключ', '#a$1']],
  ['class A { #last }', ['#last']],
  ['class A {}', []],
])('%s', (source, names) => {
  expect(privateNames(source)).toEqual(names);
});

describe('texts that a pattern would read again and again end at once', () => {
  const many = 300_000;
  test.each<[what: string, source: string]>([
    ['blanks behind static', `class A { static${' '.repeat(many)}x }`],
    ['static again and again', `class A { ${'static '.repeat(many)} }`],
    ['comments that are not closed', `class A { ${'/*'.repeat(many)}`],
    ['strings that are not closed', `class A { ${"'".repeat(many)}`],
    ['private names', `class A { ${'#a '.repeat(many)} }`],
    ['blanks behind a private name', `class A { #a${' '.repeat(many)}. }`],
    ['blanks behind each of many', `class A { ${`#a${' '.repeat(500)}.`.repeat(500)} }`],
  ])('%s', (_what, source) => {
    expect(privateNames(source).every((name) => name === '#a')).toBe(true);
  });
});

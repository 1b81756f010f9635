import { describe, expect, test } from '@jest/globals';
import { areWholeSuites, chosen, PAGES_NODE, readOptions, UsageError } from './options.mjs';

describe('readOptions', () => {
  test('a full run has five rounds, a quick one has one', () => {
    expect(readOptions([])).toMatchObject({ quick: false, rounds: 5, only: undefined, write: false });
    expect(readOptions(['--quick'])).toMatchObject({ quick: true, rounds: 1, node: PAGES_NODE });
    expect(readOptions(['--node', 'this'])).toMatchObject({ node: 'this' });
    expect(readOptions(['--quick', '--rounds', '3'])).toMatchObject({ rounds: 3 });
  });

  test('names are separated by commas', () => {
    expect(readOptions(['--only', 'burst, map', '--contestants=raw'])).toMatchObject({ only: ['burst', 'map'], contestants: ['raw'] });
  });

  test('names of rows and suites may stand alone', () => {
    expect(readOptions(['serialization', '--quick'])).toMatchObject({ only: ['serialization'], quick: true });
    expect(readOptions(['burst', '--only', 'map,tree'])).toMatchObject({ only: ['burst', 'map', 'tree'] });
  });

  test.each([
    [['--fast'], '--fast'],
    [['--only'], '--only'],
    [['--only', 'burst,'], '--only'],
    [['--rounds', '0'], '--rounds'],
    [['--rounds', '1.5'], '--rounds'],
    [['--rounds', 'many'], '--rounds'],
  ])('%j is refused by name', (args, named) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(named);
  });
});

describe('chosen', () => {
  const rows = [{ name: 'burst' }, { name: 'map' }];

  test('all without names, in their own order with names', () => {
    expect(chosen(rows, undefined, '--only')).toEqual(rows);
    expect(chosen(rows, ['map', 'burst'], '--only')).toEqual(rows);
  });

  test('a suite stands for its rows', () => {
    const suites = [
      { name: 'burst', suite: 'threads' },
      { name: 'map', suite: 'threads' },
      { name: 'processes-map', suite: 'processes' },
    ];
    expect(chosen(suites, ['threads'], '--only')).toEqual(suites.slice(0, 2));
    expect(chosen(suites, ['processes', 'map'], '--only')).toEqual(suites.slice(1));
    expect(() => chosen(suites, ['mpa'], '--only')).toThrow('known are threads, processes, burst, map, processes-map');
    expect(areWholeSuites(suites.slice(0, 2), suites)).toBe(true);
    expect(areWholeSuites(suites, suites)).toBe(true);
    expect(areWholeSuites(suites.slice(1), suites)).toBe(false);
  });

  test('an unknown name is refused with the known ones', () => {
    expect(() => chosen(rows, ['mpa'], '--only')).toThrow('--only: there is no mpa; known are burst, map');
  });
});

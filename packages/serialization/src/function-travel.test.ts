/**
 * Sends functions of real modules from one real thread to another. They return there what they return here.
 *
 * @workers
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { FunctionDescriptor } from './functions/function-descriptor.js';

interface Outcome {
  readonly value?: unknown;
  readonly error?: string;
  readonly at?: string;
}

interface Row {
  readonly table: 'spellings' | 'importers' | 'throwers';
  readonly name: string;
  readonly descriptor?: FunctionDescriptor;
  readonly here: Outcome;
  readonly there: Outcome;
  readonly names?: readonly [here: string, there: string];
}

describe('functions by source, from thread to thread', () => {
  const caller = new Worker(new URL('../fixtures/caller.mjs', import.meta.url), {
    workerData: { dist: new URL('../dist/functions/', import.meta.url).href },
  });
  let rows: Row[] = [];
  let warnings = '';

  beforeAll(async () => {
    [{ rows, warnings }] = (await once(caller, 'message')) as [{ rows: Row[]; warnings: string }];
  });
  afterAll(() => caller.terminate());

  /** Compares all rows of a table in one expectation, so that a failure shows the rows that differ. */
  function compare(table: Row['table'], isFine: (row: Row) => boolean): void {
    const selected = rows.filter((row) => row.table === table);
    expect(selected.length).toBeGreaterThan(10);
    expect(selected.map(({ name, there, names }) => ({ name, outcome: there, called: names?.[1] }))).toEqual(
      selected.map(({ name, here, names }) => ({ name, outcome: here, called: names?.[0] })),
    );
    expect(selected.filter((row) => !isFine(row)).map(({ name, here }) => ({ name, here }))).toEqual([]);
  }

  test('every spelling runs as at home', () => compare('spellings', ({ here }) => 'value' in here));

  test('import() gets what it gets at home', () => compare('importers', ({ here }) => 'value' in here));

  test('errors point to the same line and column', () => compare('throwers', ({ here }) => here.at !== undefined));

  test('places are those of the files', () => {
    const sources = rows.flatMap(({ descriptor }) => (descriptor?.kind === 'source' ? [descriptor] : []));
    expect(sources).toHaveLength(rows.length);
    const files = new Set(sources.map(({ url }) => url?.replace(/^.*\/(?=[^/]+$)/, '')));
    expect([...files].sort()).toEqual(['importers.cjs', 'importers.js', 'sloppy.cjs', 'spellings.mjs', 'throwers.mjs', undefined]);
  });

  test('without a word on stderr', () => expect(warnings).toBe(''));
});

/** The tables of README.md against the code. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { capacity } from './ledger.js';
import * as wire from './wire.js';

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');

/** The rows of the table whose head begins with these words, as lists of cells. */
function table(head: string): string[][] {
  const lines = readme.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test.each(['to the worker', 'to the caller'])('messages %s have the kinds that the table says, from 0 on', (direction) => {
  const rows = table(direction).map(([name, kind]) => [name, Number(kind)]);
  expect(rows.map(([, kind]) => kind)).toEqual(rows.map((_, i) => i));
  for (const [name, kind] of rows) expect([name, wire[name as keyof typeof wire]]).toEqual([name, kind]);
});

test('no kind of message is missing', () => {
  // The compiler asks for a new kind here.
  const toWorker: Record<wire.ToWorker[0], true> = { 0: true, 1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true };
  const toCaller: Record<wire.ToCaller[0], true> = {
    ...{ 0: true, 1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true },
    ...{ 8: true, 9: true, 10: true, 11: true, 12: true, 13: true, 14: true, 15: true },
  };
  expect(table('to the worker')).toHaveLength(Object.keys(toWorker).length);
  expect(table('to the caller')).toHaveLength(Object.keys(toCaller).length);
});

test('codes have the bits that the table says', () => {
  const bits = new Map(table('part of a code').map(([part, count]) => [part, Number(count)]));
  const most = (part: string): number => 2 ** (bits.get(part) ?? NaN) - 1;
  const [fnId, flags, count, ticket] = [most("function's number"), most('flags'), most('count of arguments'), most('ticket')];
  const code = wire.taskCode(fnId, flags, count, ticket);
  expect(code).toBe(Number.MAX_SAFE_INTEGER);
  const head = wire.headOf(code);
  expect([wire.fnIdOf(code), wire.flagsOf(head), wire.countOf(head), wire.ticketOf(head)]).toEqual([fnId, flags, count, ticket]);
  expect(wire.closureFlag).toBe((flags + 1) / 2);
  expect(most('status')).toBe(wire.failed | wire.skipped | wire.encodedResult | wire.chunkResult);
  expect(capacity).toBe(ticket + 1);
  expect(readme).toContain(`There are ${String(capacity)}`);
});

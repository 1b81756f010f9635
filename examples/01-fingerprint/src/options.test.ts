import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseOptions } from './options.js';

test('the folder is this checkout unless another one is given', () => {
  const { folder, ...others } = parseOptions([]);
  expect(existsSync(join(folder, 'nx.json'))).toBe(true);
  expect(others).toEqual({ workers: undefined, limit: Infinity, help: false });
  expect(parseOptions(['/data', '--workers', '3', '--limit=10'])).toEqual({ folder: '/data', workers: 3, limit: 10, help: false });
  expect(parseOptions(['-h']).help).toBe(true);
});

test.each([
  [['--wrokers', '2'], /Unknown option '--wrokers'/],
  [['--workers'], /argument missing/],
  [['--workers', '0'], /--workers takes a whole number from 1, got "0"/],
  [['--workers=1.5'], /got "1.5"/],
  [['--limit=-1'], /--limit takes a whole number from 1, got "-1"/],
  [['--limit', '0x10'], /got "0x10"/],
  [['a', 'b'], /one folder at a time, got a b/],
])('%j is refused', (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

import { OWN_NAMES } from './own-names.js';

const packages = ['coroutines', 'futures', 'heddle', 'pool', 'processes', 'serialization', 'sync', 'threads'];

test('the names are those of the API reports', () => {
  const reports = packages.map((name) => readFileSync(new URL(`../../../../api/${name}.api.md`, import.meta.url), 'utf8')).join('\n');
  const names = new Set([...reports.matchAll(/^export (?:abstract )?(?:function|class|const) (\w+)/gm)].map(([, name]) => name));
  expect([...OWN_NAMES].sort()).toEqual([...names].sort());
});

/** Where a worker imports Heddle's own functions from. */
import { expect, test } from '@jest/globals';
import { LazyPackage } from '@heddle/futures/authors';
import { ownExport } from './own-exports.js';

function standIn(module: string): () => void {
  const files = (): [URL] => [new URL('heddle-sync-inside.cjs', module)];
  return new LazyPackage(module, 'heddle-sync-inside.cjs', files, {}).fn('gather', () => undefined);
}

test.each(['file:///app/node_modules/@heddle/sync/dist/bundle/index.js', 'file:///app/node_modules/@heddle/sync/dist/cjs/index.cjs'])(
  'from the package: %s',
  (specifier) => {
    expect(ownExport(standIn(specifier))).toEqual({ specifier, name: 'gather' });
  },
);

test.each(['file:///app/dist/app.mjs', 'file:///$bunfs/root/app'])('not from an application, which would run again: %s', (module) => {
  expect(ownExport(standIn(module))).toBeUndefined();
});

/** Tests every shape of the table by every way through the encoder, and that the page has the same table. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { SerializationError } from '@heddle/futures/errors';
import { image } from './test-support/image.js';
import { shapeTable, tableBegin, tableEnd } from './test-support/shape-table.js';
import { shapes, type Shape, type Verdict } from './test-support/shapes.js';
import { travel, ways, type Way } from './test-support/travel.js';
import './functions/encode-function.js';

const page = new URL('../../../docs/serialization.md', import.meta.url);

function verdictFor({ verdict = 'preserved', betweenProcesses = verdict }: Shape, { destination }: Way): Verdict {
  return destination === 'process' ? betweenProcesses : verdict;
}

const rows = Object.values(shapes).flatMap((group) => group.map((shape) => [shape.name, shape] as const));

describe.each(ways)('%s', (_name, way) => {
  test.each(rows)('%s', async (_what, shape) => {
    const verdict = verdictFor(shape, way);
    if (verdict === 'refused') {
      const failure: unknown = await travel(shape.make(), way).then(
        () => 'it was not refused',
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(SerializationError);
      const { path, message } = failure as SerializationError;
      if (shape.at !== undefined) expect(path).toBe(`args[0]${shape.at}`);
      expect(message).toMatch(shape.reason!);
      for (const other of shape.others?.() ?? [])
        await expect(travel([other], way)).rejects.toMatchObject({
          code: 'HEDDLE_SERIALIZATION',
          path: expect.stringMatching(/^args\[0\]\[0\](?!\[\d)/),
        });
    } else {
      const sent = shape.make();
      const expected = image(verdict === 'preserved' ? sent : shape.becomes!());
      expect(image(await travel(sent, way))).toEqual(expected);
    }
  });
});

test('converted and refused shapes say into what, and why', () => {
  for (const [name, { verdict, betweenProcesses, becomes, note, reason }] of rows) {
    if (verdict === 'converted') expect([name, becomes !== undefined && note !== undefined]).toEqual([name, true]);
    if (verdict === 'refused' || betweenProcesses === 'refused') expect([name, reason !== undefined]).toEqual([name, true]);
  }
});

test('docs/serialization.md has this table', () => {
  const text = readFileSync(page, 'utf8');
  const [begin, end] = [text.indexOf(tableBegin), text.indexOf(tableEnd)];
  expect(begin >= 0 && end > begin).toBe(true);
  const wanted = `${text.slice(0, begin)}${tableBegin}\n\n${shapeTable(shapes)}\n\n${text.slice(end)}`;
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, wanted);
  else if (text !== wanted)
    throw new Error(
      'the table in docs/serialization.md is not that of the tests; run UPDATE_DOCS=1 npm run unit -- packages/serialization/src/shapes',
    );
});

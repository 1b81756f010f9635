/** The table of docs/serialization.md. */
import type { Shape, Verdict } from './shapes.js';

/** The table's place in the page. */
export const tableBegin =
  '<!-- The table below is written by the tests: UPDATE_DOCS=1 npm run unit -- packages/serialization/src/shapes -->';
export const tableEnd = '<!-- end of the table -->';

/** Writes the table as Markdown. */
export function shapeTable(shapes: Readonly<Record<string, readonly Shape[]>>): string {
  const parts = Object.entries(shapes).map(([title, rows]) => {
    const lines = rows.map(({ name, verdict = 'preserved', betweenProcesses = verdict, note }) => {
      const shown = (to: Verdict): string => (to !== 'refused' && note !== undefined ? `${to}: ${note}` : to);
      return `| ${name} | ${shown(verdict)} | ${shown(betweenProcesses)} |`;
    });
    return [`### ${title}`, '', '| value | to threads | to processes |', '| --- | --- | --- |', ...lines].join('\n');
  });
  return parts.join('\n\n');
}

/**
 * @typedef {object} OptionTable
 * @property {string} folder - of the package
 * @property {string} owner - the interface
 * @property {Map<string, string | undefined>} rows - the names in the first column, each with the text of a column `default`
 */

/**
 * The tables of options of a Markdown text: those after a comment `<!-- options: PACKAGE INTERFACE -->`.
 * @param {string} text
 * @returns {OptionTable[]}
 */
export function optionTables(text) {
  return [...text.matchAll(/^<!-- options: (\S+) (\S+) -->\n+((?:\|.*\n)+)/gm)].map(([, folder = '', owner = '', table = '']) => {
    const [head = '', , ...lines] = table.trim().split('\n');
    const column = cells(head).indexOf('default');
    /** @type {OptionTable['rows']} */
    const rows = new Map();
    for (const line of lines) {
      const [names = '', ...others] = cells(line);
      for (const [, name = ''] of names.matchAll(/`(\w+)`/g)) rows.set(name, column > 0 ? others[column - 1] : undefined);
    }
    return { folder, owner, rows };
  });
}

/** @param {string} line */
const cells = (line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

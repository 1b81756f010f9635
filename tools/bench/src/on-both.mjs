/** One row that both kinds of workers have, each with its own contestants. */

/** @import { Row } from '../types.d.ts' */

/**
 * @param {Omit<Row, 'suite' | 'contestants' | 'ours'> & Partial<Row>} common
 * @param {{ threads: Partial<Row>, processes: Partial<Row> }} own
 * @returns {Row[]} the second is named `processes-...`, and compared with Python's row of the first's name
 */
export const onBoth = (common, { threads, processes }) => [
  /** @type {Row} */ ({ ...common, ...threads, suite: 'threads' }),
  /** @type {Row} */ ({ work: common.name, ...common, ...processes, name: `processes-${common.name}`, suite: 'processes' }),
];

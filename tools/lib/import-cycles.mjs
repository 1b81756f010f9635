/**
 * The imports among a folder's TypeScript files, and the groups of files that import each other in a circle. Type imports count:
 * ESLint's `import-x/no-cycle` leaves them out, though a reader has to follow them like any other.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/**
 * @param {string} folder
 * @returns {Map<string, string[]>} the relative imports of each file, as paths relative to the folder
 */
export function importGraph(folder) {
  const files = readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.ts'))
    .sort();
  return new Map(files.map((file) => [portable(file), importsOf(folder, join(folder, file))]));
}

function importsOf(folder, file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  const targets = importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => resolve(dirname(file), name.replace(/\.js$/, '.ts')))
    .filter((target) => existsSync(target) && !relative(folder, target).startsWith('..'))
    .map((target) => portable(relative(folder, target)));
  return [...new Set(targets)];
}

const portable = (path) => path.split(sep).join('/');

/**
 * Tarjan's strongly connected components, those of more than one file and files that import themselves.
 *
 * @param {Map<string, string[]>} graph
 * @returns {string[][]} sorted
 */
export function importCycles(graph) {
  const cycles = [];
  const indices = new Map();
  const lowest = new Map();
  const stack = [];
  const onStack = new Set();

  const visit = (file) => {
    indices.set(file, indices.size);
    lowest.set(file, indices.get(file));
    stack.push(file);
    onStack.add(file);
    for (const target of graph.get(file) ?? []) {
      if (!indices.has(target)) {
        visit(target);
        lowest.set(file, Math.min(lowest.get(file), lowest.get(target)));
      } else if (onStack.has(target)) lowest.set(file, Math.min(lowest.get(file), indices.get(target)));
    }
    if (lowest.get(file) !== indices.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    for (const each of group) onStack.delete(each);
    if (group.length > 1 || graph.get(file)?.includes(file)) cycles.push(group.sort());
  };

  for (const file of graph.keys()) if (!indices.has(file)) visit(file);
  return cycles.sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/**
 * A shortest way round a cycle, to show where it can be cut.
 *
 * @param {Map<string, string[]>} graph
 * @param {string[]} group files that import each other
 * @returns {string[]} the first file at both ends
 */
export function shortestRound(graph, group) {
  let best;
  for (const start of group) {
    const cameFrom = new Map();
    const queue = [start];
    for (const file of queue) {
      const targets = (graph.get(file) ?? []).filter((target) => group.includes(target));
      if (targets.includes(start)) {
        const way = [start];
        for (let at = file; at !== start; at = cameFrom.get(at)) way.unshift(at);
        const round = [start, ...way];
        if (best === undefined || round.length < best.length) best = round;
        break;
      }
      for (const target of targets) {
        if (cameFrom.has(target) || target === start) continue;
        cameFrom.set(target, file);
        queue.push(target);
      }
    }
  }
  return best ?? group;
}

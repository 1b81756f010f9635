// Finds the rows and the contestants: a new file in rows/ or contestants/ is all it takes to add one.
import { readdir } from 'node:fs/promises';

/** @import { Contestant, Row } from '../types.d.ts' */

/**
 * @param {URL} folder
 * @returns {Promise<any[]>} the modules in the order of their file names
 */
const modulesOf = async (folder) => {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.mjs')).sort();
  return Promise.all(files.map((file) => import(new URL(file, folder).href)));
};

/** @returns {Promise<Row[]>} */
export const loadRows = async () => {
  const rows = (await modulesOf(new URL('../rows/', import.meta.url))).flatMap((module) => module.rows ?? []);
  return unique(rows, 'row');
};

/** @returns {Promise<Contestant[]>} */
export const loadContestants = async () => {
  const modules = await modulesOf(new URL('../contestants/', import.meta.url));
  return unique(
    modules.flatMap((module) => module.contestants ?? []),
    'contestant',
  );
};

/**
 * @template {{ name: string }} T
 * @param {T[]} things
 * @param {string} what
 */
const unique = (things, what) => {
  const names = new Set();
  for (const { name } of things) {
    if (names.has(name)) throw new Error(`two ${what}s are named ${name}`);
    names.add(name);
  }
  return things;
};

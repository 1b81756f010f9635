/** A contestant that isn't here: not built, not installed. That is no failure; the tables say it. */
export class Absent extends Error {}

/**
 * What to do when a package of ours can't be imported.
 * @param {unknown} error
 * @returns {never}
 */
export const orAbsent = (error) => {
  const { code } = /** @type {NodeJS.ErrnoException} */ (error);
  throw code === 'ERR_MODULE_NOT_FOUND' ? new Absent('not built') : error;
};

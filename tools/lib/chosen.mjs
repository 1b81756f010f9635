/**
 * The names on the command line of a tool that does several things, in the order of `all`; without names all of them. A name that is not one
 * ends the program.
 *
 * @param {string} what - a name is of, for the message
 * @param {readonly string[]} all
 */
export function chosenOf(what, all) {
  const given = process.argv.slice(2);
  const unknown = given.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    console.error(`No ${what} ${unknown.join(', ')}. There are: ${all.join('; ')}.`);
    process.exit(2);
  }
  return given.length === 0 ? all : all.filter((name) => given.includes(name));
}

/** The parsers of functions, in one file that Node loads with the first function that travels by source: see functions/parsers.ts. */
/* eslint-disable import-x/no-extraneous-dependencies -- the build puts both into heddle-serialization-parsers.cjs */
export { parse, tokenizer } from 'acorn';
export { analyze } from 'eslint-scope';

import { inspect } from 'node:util';
for (const f of ['./bad.mjs','./imports-bad.mjs']) await import(f).catch((e) => { console.log(JSON.stringify(e.stack), Object.getOwnPropertyNames(e), Object.getOwnPropertySymbols(e)); });

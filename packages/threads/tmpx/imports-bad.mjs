import './bad.mjs';
export function add(a, b) { return a + b; }

export function ok() { return 1; }

export function add(a, b) {
  return a +* b;
}

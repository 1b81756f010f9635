/**
 * Whether an error is what became of an abort: its reason, or an error caused by it, as Node's and Heddle's own AbortErrors
 * are; of several, each.
 */
export function stemsFrom(error: unknown, reason: unknown): boolean {
  const seen = new Set<unknown>();
  for (let each = error; !seen.has(each); each = (each as { cause?: unknown }).cause) {
    if (each === reason) return true;
    if (typeof each !== 'object' || each === null) return false;
    const { errors } = each as { errors?: unknown };
    if (Array.isArray(errors) && errors.length > 0) return errors.every((one) => stemsFrom(one, reason));
    seen.add(each);
  }
  return false;
}

/**
 * Tells whether an error comes from an abort: it is the abort's reason, or caused by it, as Node's and Heddle's own AbortErrors are. An
 * error with several `errors` comes from an abort if each of them does.
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

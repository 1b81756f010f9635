import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

let last: WeakRef<{ readonly url: string; readonly text: string }> | undefined;

/** @returns the text of a script's module; '' when it can't be read, for example because it was made by eval or bundled */
export function moduleText(url: string): string {
  // The last text is kept, since all questions about a module come at about the same time.
  const known = last?.deref();
  if (known?.url === url) return known.text;
  const text = read(url);
  last = new WeakRef({ url, text });
  return text;
}

function read(url: string): string {
  try {
    if (url.startsWith('data:')) return ofData(url);
    return readFileSync(url.startsWith('file:') ? fileURLToPath(url) : url, 'utf8');
  } catch {
    return '';
  }
}

function ofData(url: string): string {
  const [, kind = '', body = ''] = /^data:([^,]*),([^]*)$/.exec(url) ?? [];
  const bytes = decodeURIComponent(body);
  return kind.endsWith(';base64') ? Buffer.from(bytes, 'base64').toString() : bytes;
}

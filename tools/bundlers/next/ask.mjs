/** Starts the server that Next has made in this folder, asks it once, prints the answer, and ends. */
import { createServer } from 'node:net';

const reserved = createServer().listen(0, '127.0.0.1');
await new Promise((resolve) => reserved.once('listening', resolve));
const { port } = reserved.address();
await new Promise((resolve) => reserved.close(resolve));
process.env.PORT = String(port);
process.env.HOSTNAME = '127.0.0.1';
await import(new URL('server.js', import.meta.url).href); // Next makes it

for (;;) {
  const response = await fetch(`http://127.0.0.1:${port}/api/weave`).catch(() => undefined); // not listening yet
  if (response !== undefined) {
    console.log(`answer: ${await response.text()}`);
    process.exit();
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
}

import { internalFrames } from '@heddle/futures/worker';

internalFrames.add(import.meta.url);
// A task may have loaded another copy of it than its worker.
internalFrames.addLater(() => import.meta.resolve('@heddle/futures'));

export { internalFrames };

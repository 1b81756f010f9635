import { internalFrames } from '@heddle/futures/worker';

internalFrames.add(import.meta.url, 'engine/dist/internal-frames.js');

export { internalFrames };

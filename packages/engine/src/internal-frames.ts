import { internalFrames } from '@heddle/futures/worker';

internalFrames.add(import.meta.url, 'engine/dist/bundle/');

export { internalFrames };

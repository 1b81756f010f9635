/**
 * Progress bars for the results of maps and streams: on a terminal as bars, elsewhere as lines.
 *
 * @packageDocumentation
 */
export { withProgress, type ProgressOptions, type ProgressResults, type ProgressSource } from './with-progress.js';

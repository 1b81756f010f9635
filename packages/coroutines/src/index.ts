/**
 * asyncio's patterns for async functions.
 *
 * @packageDocumentation
 */
export {};

import { captureSite, submitFrom } from '../stacks/submit-site.js';
import type { Backend } from './backend.js';
import type { Reservation } from './task-request.js';

/** Schedules what a call asks for bit by bit: errors tell of that call, and not of where there was room for the next bit. */
export function scheduledFromHere(backend: Backend): Reservation {
  const site = captureSite();
  return { schedule: (request) => submitFrom(site, () => backend.schedule(request)), close: () => undefined };
}

import { captureSite, submitFrom } from '../stacks/submit-site.js';
import type { Backend } from './backend.js';
import type { Reservation } from './task-request.js';

/**
 * Returns a reservation for a call that schedules its tasks one after the other. The stacks of their errors show that call, and not the
 * place that found room for the next task.
 */
export function scheduledFromHere(backend: Backend): Reservation {
  const site = captureSite();
  return { schedule: (request) => submitFrom(site, () => backend.schedule(request)), close: () => undefined };
}

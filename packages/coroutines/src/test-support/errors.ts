import { ExceptionGroup } from '@heddle/futures';
import { failureOf } from '@heddle/testkit/support';

/** The ExceptionGroup that something is rejected with. */
export async function groupError(rejecting: PromiseLike<unknown>): Promise<ExceptionGroup> {
  const error = await failureOf(rejecting);
  if (!(error instanceof ExceptionGroup)) throw new Error('it failed, and not with a group', { cause: error });
  return error;
}

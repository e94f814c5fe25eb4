import { PveFailure } from '../runtime/failure.ts';
import { hasNoQuorum } from '../runtime/faults.ts';

/** Fails when the node has lost the cluster: nothing new may be made then. */
export function assertQuorum(): void {
  if (hasNoQuorum()) throw new PveFailure('cluster not ready - no quorum?');
}

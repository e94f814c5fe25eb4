import { localNode } from '../../config/cluster.ts';
import { hasNoQuorum } from '../../runtime/faults.ts';
import { isVersion9 } from '../../runtime/settings.ts';

/** The state of high availability on a node that manages no resource. */
export function highAvailabilityStatus(): readonly object[] {
  const quorate = hasNoQuorum() ? 0 : 1;
  const quorum = {
    id: 'quorum',
    type: 'quorum',
    node: localNode(),
    status: quorate ? 'OK' : 'No quorum!',
    quorate,
  };
  const fencing = {
    id: 'fencing',
    type: 'fencing',
    node: localNode(),
    status: 'standby (CRM watchdog standby)',
    'armed-state': 'standby',
  };
  return isVersion9() ? [quorum, fencing] : [quorum];
}

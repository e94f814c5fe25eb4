import type { Fleet, State } from './fleet.ts';
import type { Wanted } from './params.ts';

/** States in which a VM is not, as far as anybody knows, what it is declared to be. */
const DRIFT: readonly State[] = ['failed', 'unseen', 'differs', 'waits'];

export const driftOf = ({ guests }: Fleet): readonly string[] =>
  guests.filter(({ state }) => DRIFT.includes(state)).map(({ name }) => name);

/** Why the run is to fail; empty: it is not. */
export function failureOf(failOn: Wanted['fail_on'], fleet: Fleet): string {
  const drift = failOn === 'drift' || failOn === 'any' ? driftOf(fleet) : [];
  const undeclared = failOn === 'undeclared' || failOn === 'any' ? fleet.undeclared : [];
  const unread = failOn === 'undeclared' || failOn === 'any' ? fleet.unread : [];
  return [
    ...(drift.length > 0 ? [`not as declared: ${drift.join(', ')}`] : []),
    ...(undeclared.length > 0
      ? [`declared by nobody: ${undeclared.map(({ vmid, name }) => `VM ${vmid} (${name})`).join(', ')}`]
      : []),
    ...unread
      .filter(({ vmids }) => vmids.length > 0)
      .map(({ node, vmids }) => `nobody can tell of VM ${vmids.join(', VM ')}: ${node} is down`),
  ].join('; ');
}

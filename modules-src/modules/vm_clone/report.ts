import type { LaneFailure } from '../../sdk/define-module.ts';
import { staticAddresses } from '../../pve/vms/guest-signs.ts';
import { loginOf } from '../../pve/vms/login.ts';
import type { Observed, Wanted } from './wanted.ts';

/** What became of every clone, never mixed up with the template. */
export function cloneReport(
  _: Wanted,
  observed: Observed,
  _first: Observed,
  failures: readonly LaneFailure[],
): Readonly<Record<string, unknown>> {
  return {
    clones: observed.clones.map(found => {
      const { name, vmid } = found.clone;
      const vm = 'vm' in found ? found.vm : undefined;
      const isOurs = vm?.assumed !== true && vm?.record?.config.get('name') === name;
      const record = isOurs ? vm.record : undefined;
      const error = failures.find(({ subject }) => subject === name)?.reason;
      const running = record !== undefined && vm?.running === true;
      const login = running ? loginOf(record.vmid, record.config, staticAddresses(record.config)) : undefined;
      const unseen = 'vm' in found ? undefined : found;
      const exists = (record ?? unseen?.node) !== undefined;
      const place = record?.node ?? unseen?.node ?? unseen?.clone.node;
      const isUnknown = place !== undefined && observed.lost.includes(place);
      const state = isUnknown ? 'unknown' : stateOf({ exists, running, error });
      const node = place ?? found.clone.node ?? observed.template.localNode;
      const summary = `clone ${vmid ?? 'without a VMID'} (${name}) on ${node}: ${state}`;
      return {
        name,
        vmid,
        exists,
        running,
        state,
        summary: error === undefined ? summary : `${summary}, with an error: ${error}`,
        ...(login !== undefined && { login }),
        ...(record && { node: record.node, address: record.config.get('ipconfig0') }),
        ...(error !== undefined && { error }),
      };
    }),
  };
}

/** What the clone is; one that is missing without a reason is one that check mode has left. */
function stateOf(clone: {
  readonly exists: boolean;
  readonly running: boolean;
  readonly error: string | undefined;
}): string {
  if (clone.exists) return clone.running ? 'running' : 'stopped';
  return clone.error === undefined ? 'to be made' : 'not made';
}

import type { LaneFailure } from '../../sdk/define-module.ts';
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
      const record = vm?.record?.config.get('name') === name ? vm.record : undefined;
      const error = failures.find(({ subject }) => subject === name)?.reason;
      return {
        name,
        vmid,
        exists: record !== undefined,
        running: record !== undefined && vm?.running === true,
        ...(record && { node: record.node, address: record.config.get('ipconfig0') }),
        ...(error !== undefined && { error }),
      };
    }),
  };
}

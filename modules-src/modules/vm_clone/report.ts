import type { Observed, Wanted } from './plan.ts';

/** What became of every clone, never mixed up with the template. */
export function cloneReport(wanted: Wanted, observed: Observed): Readonly<Record<string, unknown>> {
  return {
    clones: wanted.clones.map(({ name, vmid }) => {
      const vm = observed.clones.get(vmid)?.vm;
      const ours = vm?.record?.config.get('name') === name;
      return {
        name,
        vmid,
        exists: ours,
        running: ours && vm.running,
        ...(ours && { node: vm.record.node, address: vm.record.config.get('ipconfig0') }),
      };
    }),
  };
}

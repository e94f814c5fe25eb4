/** A VM or clone with the VMID that it is to have. */
interface Named {
  readonly vmid?: number | undefined;
  readonly name?: string | undefined;
}

/** Whose VMID a clone of a list is given. */
export interface Twin {
  readonly isOfVm: boolean;
  readonly says: string;
}

/** A VMID that stands twice is the fault of the clone that comes later, or of the one that takes the VM's. */
export function vmidTwin(clones: readonly Named[], index: number, vm: Named): Twin | undefined {
  const vmid = clones[index]?.vmid;
  if (vmid === undefined) return undefined;
  const first = clones.findIndex(other => other.vmid === vmid);
  const isOfVm = vmid === vm.vmid;
  if (!isOfVm && first === index) return undefined;
  const owner = isOfVm ? `${vm.name ?? ''}, which is cloned` : `clone ${clones[first]?.name ?? ''}`;
  return { isOfVm, says: `VMID ${vmid} is that of ${owner}` };
}

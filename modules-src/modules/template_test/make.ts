import { recoverySteps } from '../../pve/vms/begun.ts';
import { copiedMarker, firstDescription, readMarker, withMarker, type Marker } from '../../pve/vms/marker.ts';
import { isolation } from '../../pve/vms/generations/isolation.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { qm, type Step } from '../../sdk/step.ts';
import type { Observed, Wanted } from './wanted.ts';

/** A linked clone of the generation, made harmless. */
export function makeTrial(wanted: Wanted, { next, vm }: Observed, template: VmRecord, name: string): Step[] {
  if (next === undefined) return [];
  const { vmid, id } = next;
  const origin = readMarker(template.config.get('description'), template.vmid);
  const marker: Marker = {
    vmid,
    id,
    node: vm.localNode,
    ...(origin?.disks !== undefined && { disks: origin.disks }),
    ...copiedMarker(origin),
    clonedFrom: template.vmid,
    trialOf: template.vmid,
  };
  const text = `Tries VM ${template.vmid} (${wanted.name}) for this role, and goes when that has ended.`;
  const label = `clone ${vmid} (${name})`;
  return [
    ...recoverySteps({ vmid, name }, next.remains),
    {
      summary: `make ${label} of VM ${template.vmid} (${wanted.name}) to test it`,
      action: qm('clone', template.vmid, {
        newid: vmid,
        name,
        description: withMarker(text, marker),
        pool: wanted.pool,
      }),
    },
    {
      summary: `take ${label} out of the template's networks`,
      action: qm('set', vmid, {
        ...isolation(template.config, wanted.template_test_bridge),
        vmgenid: id,
        description: firstDescription(text, '', marker),
      }),
    },
  ];
}

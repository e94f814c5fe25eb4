import { unknownProperties } from '../../../../pve/settings/property-names.ts';
import type { Problem } from '../../../../sdk/define-module.ts';
import { problem, type Check, type Subject } from '../../check.ts';
import type { Wanted } from '../../params.ts';
import { wantedClones } from '../../wishes.ts';

type Texts = readonly (readonly [subject: Subject, option: string, text: unknown, where?: string])[];

/** `qm` would tell of a misspelt property only when it is asked, after other things were done. */
export const checkProperties: Check = wanted =>
  wanted.vm_state === 'absent'
    ? []
    : [...textsOf(wanted), ...textsOfClones(wanted)].flatMap(([subject, option, text, where]) =>
        typeof text === 'string' ? problemsOf(subject, option, text, where) : [],
      );

function textsOf(wanted: Wanted): Texts {
  const { vm_networks: networks = {}, vm_disks: disks = {}, vm_extra_config: extra = {} } = wanted;
  return [
    ...Object.entries(networks).map(([slot, text]) => [`vm_networks.${slot}`, slot, text] as const),
    ...Object.entries(disks).map(([slot, text]) => [`vm_disks.${slot}`, slot, text] as const),
    ...Object.entries(extra).map(([key, text]) => [`vm_extra_config.${key}`, key, text] as const),
    ['vm_agent', 'agent', wanted.vm_agent],
    ['vm_boot_order', 'boot', wanted.vm_boot_order],
    ['vm_cpu_type', 'cpu', wanted.vm_cpu_type],
    ['vm_machine', 'machine', wanted.vm_machine],
    ['vm_startup', 'startup', wanted.vm_startup],
    ['vm_vga', 'vga', wanted.vm_vga],
  ];
}

const textsOfClones = (wanted: Wanted): Texts =>
  wantedClones(wanted).flatMap((clone, index): Texts => {
    const at = `vm_clones[${index}]` as const;
    const { networks = {}, disks = {}, extra_config: extra = {} } = clone;
    return [
      ...Object.entries(networks).map(([slot, text]) => [`${at}.networks`, slot, text, `${slot} `] as const),
      ...Object.entries(disks).map(([slot, text]) => [`${at}.disks`, slot, text, `${slot} `] as const),
      ...Object.entries(extra).map(([key, text]) => [`${at}.extra_config`, key, text, `${key} `] as const),
      [`${at}.agent`, 'agent', clone.agent],
      [`${at}.cpu_type`, 'cpu', clone.cpu_type],
      [`${at}.startup`, 'startup', clone.startup],
      [`${at}.vga`, 'vga', clone.vga],
    ];
  });

const problemsOf = (subject: Subject, option: string, text: string, where = ''): readonly Problem[] =>
  unknownProperties(option, text).map(({ name, meant }) =>
    meant === undefined
      ? problem(
          'PVE-VM-048',
          subject,
          `${where}has a property ${name} that is not known here`,
          'correct it, unless Proxmox VE of the node has it',
        )
      : problem('PVE-VM-047', subject, `${where}has no property ${name}`, `did you mean ${meant}?`),
  );

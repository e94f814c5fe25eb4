import vmClone from '../modules-src/modules/vm_clone/module.ts';
import { params as reportOptions } from '../modules-src/modules/fleet_report/params.ts';
import { selection } from '../modules-src/modules/vm_describe/params.ts';
import templateNodes from '../modules-src/modules/template_nodes/module.ts';
import vmRemove from '../modules-src/modules/vm_remove/module.ts';
import { rotationOptions, testOptions } from '../modules-src/pve/vms/generations/options.ts';
import { defineOptions } from '../modules-src/sdk/option.ts';
import { pick, prefixed, without } from '../modules-src/sdk/compose.ts';

/* What becomes of the VM: variables by which the role chooses its tasks. */

export const state = defineOptions({
  proxmox_vm_state: {
    type: 'str',
    choices: ['present', 'started', 'stopped', 'absent'],
    default: 'present',
    description: [
      'What the VM is to be. `present` starts it once it is made, unless `proxmox_vm_start_after_create` is off.',
      '`absent` removes it with its disks and our snippets; clones are VMs of their own and are left alone.',
    ],
  },
  proxmox_vm_confirm_delete: vmRemove.params.confirm_delete,
});

export const templateAndClones = defineOptions({
  proxmox_vm_make_template: {
    type: 'bool',
    default: false,
    description: 'Convert the VM into a template.',
  },
  proxmox_vm_template_rotate: {
    type: 'bool',
    default: false,
    description: [
      'Replace the template by a new generation when its image or its settings are others, instead of changing it.',
      'The name moves to the new one when it is whole; clones of the old one stay as they are. With `proxmox_vm_make_template`.',
    ],
  },
  proxmox_vm_template_nodes: {
    ...without(templateNodes.params.template_nodes, 'required'),
    description: [
      'Nodes of the cluster that are to have the template, `proxmox_vm_node` among them; `all` is every node.',
      'Each gets a replica of its own, with a VMID of the range; where all its storages are shared, one is enough.',
      'Its name moves to a new generation on all of them or on none. It rotates, with or without `proxmox_vm_template_rotate`.',
    ],
  },
  ...prefixed('proxmox_vm_', rotationOptions),
  ...prefixed('proxmox_vm_', testOptions),
  proxmox_vm_create_clones: {
    type: 'bool',
    default: false,
    description: 'Make the clones of `proxmox_vm_clones`.',
  },
  proxmox_vm_clones: {
    ...without(vmClone.params.clones, 'required'),
    default: [],
    description: 'Clones of the template, each with its own name, VMID and address.',
  },
  proxmox_vm_clone_parallel: vmClone.params.parallel,
  proxmox_vm_clone_vmid_range: vmClone.params.clone_vmid_range,
  proxmox_vm_clone_errors: vmClone.params.clone_errors,
});

export const severalVms = defineOptions({
  proxmox_vms: {
    type: 'list',
    elements: 'dict',
    description: [
      'With `tasks_from: vms` only: several VMs, which become hosts of the inventory group `proxmox_vms` for a play that makes them.',
      'An entry has variables of its own by their names without `proxmox_vm_` or `proxmox_`; what it does not name it has from the variables.',
    ],
    example: [
      { name: 'db', vmid: 260, memory: 8192 },
      { name: 'web-1', cloud_init_ip: '10.0.0.61/24' },
    ],
  },
});

export const descriptions = {
  ...prefixed('proxmox_describe_', selection),
  ...defineOptions({
    proxmox_describe_path: {
      type: 'path',
      description: [
        'With `tasks_from: describe` only: file on the controller for the variables; absent: they are shown.',
        'A file that is there is kept beside it under another name.',
      ],
      example: 'group_vars/all/vms.yml',
    },
  }),
};

export const reports = {
  ...defineOptions({
    proxmox_report_path: {
      type: 'path',
      description: [
        'With `tasks_from: report` only: file on the controller for the report as JSON; the page stands beside it as `.html`.',
        'Folders of it must be there.',
      ],
      example: 'reports/drift.json',
    },
  }),
  ...prefixed('proxmox_report_', pick(reportOptions, 'fail_on')),
};

/** Whether a variable is for `tasks_from: describe` or `report` alone. */
export const isOfFleet = (name: string): boolean =>
  Object.hasOwn(descriptions, name) || Object.hasOwn(reports, name);

import vmClone from '../../modules-src/modules/vm_clone/module.ts';
import { isGiven, isKept, isOn, own, use } from '../expression.ts';
import { connectionOf, hostOf } from '../connection/inventory-host.ts';
import { call, defineStage } from '../stage.ts';
import { retry } from '../vm-arguments.ts';

const template = {
  vmid: own('proxmox_role_template_vmid'),
  name: own('proxmox_role_template_name'),
  vmid_range: use('proxmox_vm_vmid_range'),
  vmid_reserved: use('proxmox_vm_vmid_reserved'),
} as const;

const cloneArguments = {
  parallel: use('proxmox_vm_clone_parallel'),
  clone_vmid_range: use('proxmox_vm_clone_vmid_range'),
  clone_errors: use('proxmox_vm_clone_errors'),
  gw: use('proxmox_vm_cloud_init_gw'),
  snippets_storage: use('proxmox_vm_cloud_init_snippets_storage'),
  ...retry,
} as const;

export default defineStage({
  name: 'create-clones',
  purpose: 'Make the clones, each with its own name, address and settings.',
  tags: ['clones', 'create', 'template'],
  wantedWhen: `${isOn('proxmox_vm_create_clones')} and ${isKept}`,
  tasks: [
    {
      name: 'Make the clones',
      ...call(vmClone, {
        ...template,
        clones: use('proxmox_vm_clones'),
        ...cloneArguments,
      }),
      register: 'proxmox_role_clones',
    },
    {
      name: 'Finish the clones of other nodes',
      ...call(vmClone, {
        ...template,
        clones: own('proxmox_role_clones_elsewhere'),
        ...cloneArguments,
      }),
      loop: '{{ proxmox_role_clone_nodes }}',
      loop_control: { loop_var: 'proxmox_role_clone_node' },
      delegate_to: `{{ ${hostOf('proxmox_role_clone_node')} }}`,
      connection: `{{ ${connectionOf(hostOf('proxmox_role_clone_node'))} }}`,
      when: isGiven('proxmox_role_clone_nodes'),
      register: 'proxmox_role_other_clones',
    },
  ],
});

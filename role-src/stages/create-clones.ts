import vmClone from '../../modules-src/modules/vm_clone/module.ts';
import { isOn, use } from '../expression.ts';
import { call, defineStage } from '../stage.ts';
import { identity, retry } from '../vm-arguments.ts';

export default defineStage({
  name: 'create-clones',
  purpose: 'Make the clones, each with its own name, address and settings.',
  tags: ['clones', 'create', 'template'],
  wantedWhen: isOn('proxmox_vm_create_clones'),
  tasks: [
    {
      name: 'Make the clones',
      ...call(vmClone, {
        ...identity,
        clones: use('proxmox_vm_clones'),
        parallel: use('proxmox_vm_clone_parallel'),
        snippets_storage: use('proxmox_vm_cloud_init_snippets_storage'),
        ...retry,
      }),
      register: 'proxmox_role_clones',
    },
  ],
});

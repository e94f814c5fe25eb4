import vmCreate from '../../modules-src/modules/vm_create/module.ts';
import { call, defineStage, say } from '../stage.ts';
import { vmArguments } from '../vm-arguments.ts';

export default defineStage({
  name: 'create-vm',
  purpose: 'Create the VM with all its hardware.',
  tags: ['vm', 'create'],
  tasks: [
    { name: 'Create the VM', ...call(vmCreate, vmArguments), register: 'proxmox_role_vm' },
    {
      name: 'Say what became of it',
      ...say(
        'VM {{ proxmox_vm_vmid }} on {{ proxmox_role_vm.node | default(proxmox_vm_node) }}: {{ proxmox_role_vm.msg }}',
      ),
    },
  ],
});

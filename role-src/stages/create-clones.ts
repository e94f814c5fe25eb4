import vmClone from '../../modules-src/modules/vm_clone/module.ts';
import * as sources from '../../modules-src/modules/node_preflight/stages/sources.ts';
import { isGiven, isKept, isOn, own } from '../expression.ts';
import { connectionOf, hostOf } from '../connection/inventory-host.ts';
import { unlessSettled } from './settled.ts';
import { call, defineStage } from '../stage.ts';
import { argumentsOf } from '../vm-arguments.ts';

const cloneArguments = argumentsOf(sources.clone);

export default defineStage({
  name: 'create-clones',
  purpose: 'Make the clones, each with its own name, address and settings.',
  tags: ['clones', 'create', 'template'],
  // Those of other nodes are made when their templates are released.
  wantedWhen: `${isOn('proxmox_vm_create_clones')} and ${isKept} and proxmox_role_replica is undefined`,
  tasks: [
    {
      name: 'Make the clones',
      ...call(vmClone, cloneArguments),
      ...unlessSettled('clones'),
    },
    {
      name: 'Finish the clones of other nodes',
      ...call(vmClone, { ...cloneArguments, clones: own('proxmox_role_clones_elsewhere') }),
      loop: '{{ proxmox_role_clone_nodes }}',
      loop_control: { loop_var: 'proxmox_role_clone_node' },
      delegate_to: `{{ ${hostOf('proxmox_role_clone_node')} }}`,
      connection: `{{ ${connectionOf(hostOf('proxmox_role_clone_node'))} }}`,
      when: isGiven('proxmox_role_clone_nodes'),
      register: 'proxmox_role_other_clones',
    },
  ],
});

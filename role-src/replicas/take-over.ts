import templateRotate from '../../modules-src/modules/template_rotate/module.ts';
import { BY_API } from '../connection/api-arguments.ts';
import { own, use } from '../expression.ts';
import { call, type Task } from '../stage.ts';
import { operation } from '../vm-arguments.ts';

/** What is the same on every node. */
export const rotationArguments = {
  name: use('proxmox_vm_name'),
  template_keep: use('proxmox_vm_template_keep'),
  template_test: use('proxmox_vm_template_test'),
  template_nodes: own('proxmox_role_replica_nodes'),
  ...operation,
} as const;

const EACH = 'proxmox_role_other';
const ofEach = (field: string): { readonly template: string } => ({ template: `{{ ${EACH}.${field} }}` });

const { template_rotate: rotateThere = {} } = call(templateRotate, {
  vmid: ofEach('vmid'),
  generation: ofEach('mark'),
  ...rotationArguments,
});

/** The names move when all nodes have the generation; each of them sees for itself whether they have. */
export const otherRotations: Task = {
  name: 'Let the new generation take over on the other nodes',
  template_rotate: { ...rotateThere, api_node: `{{ ${EACH}.node if ${BY_API} else omit }}` },
  loop: '{{ proxmox_role_other_replicas }}',
  loop_control: { loop_var: EACH, label: `{{ ${EACH}.node }}` },
  delegate_to: `{{ ${EACH}.host or 'localhost' }}`,
  connection: `{{ ${EACH}.connection }}`,
  when: 'proxmox_role_begins_nodes | bool',
  register: 'proxmox_role_other_rotations',
};

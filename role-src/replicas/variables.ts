import { replicaOptions } from '../../modules-src/pve/vms/generations/options.ts';
import { identityOptions } from '../../modules-src/pve/vms/identity-options.ts';
import { defineOptions } from '../../modules-src/sdk/option.ts';
import { HOSTLESS } from '../connection/inventory-host.ts';
import { list, number, template, text } from '../own-variable.ts';

/*
 * A template on several nodes: all stages but the last ones run for each of the other nodes first, one after the other. While
 * they do, `proxmox_role_replica` is the name of that node; what came of it is noted in `proxmox_role_replicas`.
 */

const IS_GIVEN = '[proxmox_vm_template_nodes | default([])] | flatten | length > 0';
/** Of the clones that have one: the VM itself, or a clone without one, may come first. */
const CLONE_VMIDS =
  "([proxmox_vm_clones] | flatten | select('mapping') | selectattr('vmid', 'defined') | map(attribute='vmid') | map('int', 0) | reject('eq', 0) | list)";
const NOTED = 'proxmox_role_replicas | default([])';

/** Own variables of it. */
export const replicaVariables = {
  proxmox_role_node: text(
    'Node that the stages work on.',
    "{{ proxmox_role_replica | default(proxmox_vm_node | default('')) }}",
  ),
  proxmox_role_given_vmid: number(
    'VMID that is given: on other nodes the template has others, of the range.',
    '{{ proxmox_vm_vmid | default(omit) if proxmox_role_replica is undefined else omit }}',
  ),
  proxmox_role_is_on_nodes: {
    ...defineOptions({ option: { type: 'bool', description: 'A template that several nodes are to have.' } }),
    value: `{{ ${IS_GIVEN} and proxmox_vm_make_template | bool and proxmox_vm_state != 'absent' }}`,
  },
  proxmox_role_begins_nodes: {
    ...defineOptions({ option: { type: 'bool', description: 'The other nodes come first.' } }),
    value:
      "{{ proxmox_role_is_on_nodes | bool and proxmox_role_replica is undefined and proxmox_role_work.stages | difference(['create-clones']) | length > 0 }}",
  },
  proxmox_role_replica_nodes: {
    ...defineOptions({ option: replicaOptions.template_nodes }),
    value:
      '{{ (proxmox_role_nodes | default({})).replicas | default(omit) if proxmox_role_is_on_nodes | bool else [] }}',
  },
  proxmox_role_hostless_nodes: list(
    'Other nodes of the template that no host of the inventory is; the API needs none.',
    `{{ proxmox_role_nodes.others | ${HOSTLESS} | list if proxmox_role_host | length > 0 else [] }}`,
  ),
  proxmox_role_reserved_vmids: {
    ...defineOptions({ option: identityOptions.vmid_reserved }),
    value: `{{ ([proxmox_vm_vmid_reserved | default([])] | flatten + ${CLONE_VMIDS} + (${NOTED} | map(attribute='vmid') | list + ([] if proxmox_role_replica is undefined else [proxmox_vm_vmid | default(omit)]) if proxmox_role_is_on_nodes | bool else [])) | reject('eq', omit) | list }}`,
  },
  proxmox_role_other_replicas: {
    ...defineOptions({
      option: {
        type: 'list',
        elements: 'dict',
        description: 'Generations of other nodes that wait for their name.',
      },
    }),
    value: `{{ ${NOTED} if proxmox_role_begins_nodes | bool else [] }}`,
  },
  proxmox_role_all_rotations: {
    ...defineOptions({
      option: { type: 'list', elements: 'dict', description: 'What each node says of its generations.' },
    }),
    value:
      "{{ ((proxmox_role_other_rotations | default({})).results | default([]) + [proxmox_role_rotation | default({})]) | selectattr('node', 'defined') | list }}",
  },
  proxmox_role_told_nodes_text: text('The same in short, of all nodes, as JSON.', template('nodes')),
  proxmox_role_told_nodes: {
    ...defineOptions({
      option: { type: 'list', elements: 'dict', description: 'Every node that is to have the template.' },
    }),
    value: '{{ proxmox_role_told_nodes_text | from_json }}',
  },
} as const;

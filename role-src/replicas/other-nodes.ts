import templateNodes from '../../modules-src/modules/template_nodes/module.ts';
import { diskStorageOption, settingOptions } from '../../modules-src/pve/settings/options.ts';
import { pick } from '../../modules-src/sdk/compose.ts';
import { own, sameNames, use } from '../expression.ts';
import { asking } from '../fleet/ask.ts';
import { call, type Task } from '../stage.ts';

const always = { tags: ['always'] };

/** Work on a node that has no host ends where the others have been worked on for nothing. */
const HOSTLESS = 'proxmox_role_hostless_nodes';

/** other-nodes.yml: the stages for each other node of a template, one after the other; the names do not move yet. */
export const otherNodesTasks: readonly Task[] = [
  {
    name: 'Look on which nodes the template is to be',
    ...call(templateNodes, {
      template_nodes: use('proxmox_vm_template_nodes'),
      image_disk: own('proxmox_role_image_disk'),
      ...sameNames('proxmox_', diskStorageOption),
      ...sameNames('proxmox_vm_', pick(settingOptions, 'disks', 'uefi', 'efi_storage', 'tpm', 'tpm_storage')),
    }),
    ...asking,
    register: 'proxmox_role_nodes',
  },
  {
    name: 'Refuse nodes that cannot be reached',
    'ansible.builtin.fail': {
      msg: `cannot make the template on {{ ${HOSTLESS} | join(' and ') }}: the inventory has no host of that name and none with that proxmox_node_name; add one, for example '{{ ${HOSTLESS} | first }} ansible_host=<address> ansible_user=root', or leave it out of proxmox_vm_template_nodes`,
    },
    when: `${HOSTLESS} | length > 0`,
    ...always,
  },
  { name: 'Forget other templates', 'ansible.builtin.set_fact': { proxmox_role_replicas: [] }, ...always },
  {
    name: 'Work on each of the other nodes',
    'ansible.builtin.include_tasks': 'other-nodes/node.yml',
    loop: '{{ proxmox_role_nodes.others }}',
    loop_control: { loop_var: 'proxmox_role_replica' },
    ...always,
  },
  {
    name: 'Come back to the node of the first one',
    'ansible.builtin.include_tasks': 'helpers.yml',
    ...always,
  },
];

/** other-nodes/node.yml: the role for that node, and what came of it. */
export const otherNodeTasks: readonly Task[] = [
  { name: 'Begin', 'ansible.builtin.include_tasks': 'main.yml', ...always },
  {
    name: 'Note its generation',
    'ansible.builtin.set_fact': {
      // The next node has nothing of it.
      proxmox_role_generation: {},
      proxmox_role_replicas:
        "{{ proxmox_role_replicas + [{'node': proxmox_role_work.node, 'host': proxmox_role_work.host, 'connection': proxmox_role_work.connection, 'vmid': proxmox_role_generation.vmid, 'mark': proxmox_role_generation.mark}] }}",
    },
    when: '(proxmox_role_generation | default({})).vmid is defined',
    ...always,
  },
];

import nodePreflight from '../../modules-src/modules/node_preflight/module.ts';
import { BY_API } from '../connection/api-arguments.ts';
import { own, sameNames } from '../expression.ts';
import { connectionOf, hostOf } from '../connection/inventory-host.ts';
import { snippetArguments } from '../vm-arguments.ts';
import { call, defineStage, includeTasks, type Task } from '../stage.ts';

const { user_data, vendor_data, network_data, meta_data, ...files } = snippetArguments;
const prefixedSnippets = {
  vm_cloud_init_user_data: user_data,
  vm_cloud_init_user_data_file: files.user_data_file,
  vm_cloud_init_vendor_data: vendor_data,
  vm_cloud_init_vendor_data_file: files.vendor_data_file,
  vm_cloud_init_network_data: network_data,
  vm_cloud_init_network_data_file: files.network_data_file,
  vm_cloud_init_meta_data: meta_data,
  vm_cloud_init_meta_data_file: files.meta_data_file,
};

/** The bundle's front answers so when the node has no Node.js; nothing else costs a look for it. */
const NODE_IS_MISSING = 'proxmox_role_preflight.nodejs_missing | default(false)';

/** All that the variables say, and what of it only the controller knows. */
export const checkArguments = {
  ...sameNames('proxmox_', nodePreflight.params),
  vm_cloud_image_url: own('proxmox_role_image_url'),
  ...prefixedSnippets,
  vm_cloud_init_ssh_keys: own('proxmox_role_ssh_keys'),
  vm_cloud_init_ssh_keys_file: own('proxmox_role_keys_file'),
  image_min_disk: own('proxmox_role_image_min_disk'),
  play_variables: own('proxmox_role_play_variables'),
  ssh_keys_on_controller: own('proxmox_role_keys_on_controller'),
} as const;

/** preflight-checks/check-node.yml: on a node without Node.js it is run twice. */
export const checkNodeTasks: readonly Task[] = [
  {
    name: 'Check the node and the settings',
    ...call(nodePreflight, checkArguments),
    register: 'proxmox_role_preflight',
    failed_when: [
      'proxmox_role_preflight.failed | default(false)',
      `not (${NODE_IS_MISSING} and proxmox_role_gives_nodejs | bool)`,
    ],
  },
];

const CHECK_NODE = 'preflight-checks/check-node.yml';

export const checkNode: Task = {
  name: 'Check the node and the settings',
  ...includeTasks(CHECK_NODE),
};

/** Node that the VM was found on; it may have moved. */
const VM_NODE = 'proxmox_role_preflight.vm_node';

export default defineStage({
  name: 'preflight-checks',
  purpose: 'Check the node and every setting before anything is touched.',
  tags: ['preflight', 'always'],
  tasks: [
    { name: 'Check the node and the settings', 'ansible.builtin.import_tasks': CHECK_NODE },
    { name: 'Give the node its Node.js', ...includeTasks('nodejs.yml'), when: NODE_IS_MISSING },
    {
      name: 'Go to the node that the VM is on',
      'ansible.builtin.set_fact': {
        proxmox_role_work: {
          stages: '{{ proxmox_role_work.stages }}',
          node: `{{ ${VM_NODE} }}`,
          host: '{{ proxmox_role_vm_host }}',
          connection: `{{ ${connectionOf('proxmox_role_vm_host')} if proxmox_role_vm_host else 'local' }}`,
        },
      },
      // Where the inventory has no such host, the stages tell from the node that is asked for; the API answers for all.
      vars: {
        proxmox_role_vm_host: `{{ '' if ${BY_API} else ${hostOf(VM_NODE)} or proxmox_role_work.host }}`,
      },
      when: `${VM_NODE} | default(proxmox_role_work.node) != proxmox_role_work.node`,
    },
  ],
});

import nodePreflight from '../../modules-src/modules/node_preflight/module.ts';
import { own, sameNames } from '../expression.ts';
import { snippetArguments } from '../vm-arguments.ts';
import { call, defineStage, type Task } from '../stage.ts';

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

export const checkNode: Task = {
  name: 'Check the node and the settings',
  ...call(nodePreflight, {
    ...sameNames('proxmox_', nodePreflight.params),
    vm_cloud_image_url: own('proxmox_role_image_url'),
    ...prefixedSnippets,
    vm_cloud_init_ssh_keys: own('proxmox_role_ssh_keys'),
    vm_cloud_init_ssh_keys_file: own('proxmox_role_keys_file'),
    image_min_disk: own('proxmox_role_image_min_disk'),
    unknown_variables: own('proxmox_role_unknown_variables'),
    known_variables: own('proxmox_role_known_variables'),
    api_variables: own('proxmox_role_api_variables'),
    ssh_keys_on_controller: own('proxmox_role_keys_on_controller'),
  }),
};

/** The bundle's front answers so when the node has no Node.js; nothing else costs a look for it. */
const NODE_IS_MISSING = 'proxmox_role_preflight.nodejs_missing | default(false)';

export default defineStage({
  name: 'preflight-checks',
  purpose: 'Check the node and every setting before anything is touched.',
  tags: ['preflight', 'always'],
  tasks: [
    {
      ...checkNode,
      register: 'proxmox_role_preflight',
      failed_when: [
        'proxmox_role_preflight.failed | default(false)',
        `not (${NODE_IS_MISSING}) or proxmox_nodejs == 'system'`,
      ],
    },
    {
      name: 'Give the node its Node.js',
      'ansible.builtin.include_tasks': { file: 'nodejs.yml', apply: { tags: ['always'] } },
      when: NODE_IS_MISSING,
    },
  ],
});

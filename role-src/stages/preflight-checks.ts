import nodePreflight from '../../modules-src/modules/node_preflight/module.ts';
import { own, sameNames } from '../expression.ts';
import { call, defineStage, type Task } from '../stage.ts';

export const checkNode: Task = {
  name: 'Check the node and the settings',
  ...call(nodePreflight, {
    ...sameNames('proxmox_', nodePreflight.params),
    vm_cloud_image_url: own('proxmox_role_image_url'),
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

import { defineOptions } from '../modules-src/sdk/option.ts';
import { list, text } from './own-variable.ts';

/** What a variable says, and nothing where it is not set, empty or `omit`. */
const textOf = (variable: string): string =>
  `('' if ${variable} | default(omit) == omit else ${variable} | default('', true) | string)`;

/**
 * What a snippet says: the user's text, or a dictionary as YAML, else the file on the controller. Only a file that the controller does not have is
 * for the node to find; a text and a file together are handed on together, and refused.
 */
const snippet = (kind: 'user' | 'vendor' | 'network' | 'meta') => {
  // Ansible takes `\n` in a template for two characters.
  const header = kind === 'user' || kind === 'vendor' ? "'#cloud-config%c' | format(10) ~ " : '';
  const [given, path, found] = [
    `proxmox_vm_cloud_init_${kind}_data`,
    textOf(`proxmox_vm_cloud_init_${kind}_data_file`),
    `proxmox_role_${kind}_data_found`,
  ];
  const isGiven = `${textOf(given)} | length > 0`;
  // Until ansible-core 2.20, YAML gets what Vault encrypted as it stands, and JSON gets what it says.
  const yaml = `${header}${given} | to_json | from_json | to_nice_yaml(indent=2, width=1000, sort_keys=false)`;
  return {
    found: list(
      `The file of the ${kind} snippet where the controller has it.`,
      `{{ query('ansible.builtin.first_found', [${path} | expanduser], skip=true) if ${path} | length > 0 else [] }}`,
    ),
    data: text(
      `Text of the ${kind} snippet.`,
      `{{ (${yaml} if ${given} is mapping else ${given} | string) if ${isGiven} else lookup('ansible.builtin.file', ${found}[0], rstrip=false) | string if ${found} | length > 0 else omit }}`,
    ),
    file: text(
      `The file of the ${kind} snippet, when it is for the node to find.`,
      `{{ omit if ${found} | length > 0 and not (${isGiven}) else ${path} | expanduser or omit }}`,
    ),
  } as const;
};

const snippets = {
  user: snippet('user'),
  vendor: snippet('vendor'),
  network: snippet('network'),
  meta: snippet('meta'),
};

const KEYS_FILE = textOf('proxmox_vm_cloud_init_ssh_keys_file');

/** Own variables of what files of the controller hold for cloud-init: SSH keys and the texts of snippets. */
export const controllerFiles = {
  proxmox_role_controller_keys_file: list(
    'The keys file where the controller has it: an absolute path, or one that the playbook finds.',
    `{{ query('ansible.builtin.first_found', [${KEYS_FILE} | expanduser], skip=true) if ${KEYS_FILE} | length > 0 else [] }}`,
  ),
  proxmox_role_keys_file: text(
    'The keys file, when it is for the node to find.',
    `{{ omit if proxmox_role_controller_keys_file | length > 0 else ${KEYS_FILE} | expanduser or omit }}`,
  ),
  proxmox_role_ssh_keys: list(
    'SSH keys of the variable and of the keys file on the controller.',
    '{{ ([proxmox_vm_cloud_init_ssh_keys] | flatten + proxmox_role_controller_keys) | unique }}',
  ),
  proxmox_role_controller_keys: list(
    'Lines of the keys file on the controller, without comments.',
    "{{ (lookup('ansible.builtin.file', proxmox_role_controller_keys_file[0]) if proxmox_role_controller_keys_file | length > 0 else '').splitlines() | reject('match', ' *(#|$)') | list }}",
  ),
  proxmox_role_user_data_found: snippets.user.found,
  proxmox_role_user_data: snippets.user.data,
  proxmox_role_user_data_file: snippets.user.file,
  proxmox_role_vendor_data_found: snippets.vendor.found,
  proxmox_role_vendor_data: snippets.vendor.data,
  proxmox_role_vendor_data_file: snippets.vendor.file,
  proxmox_role_network_data_found: snippets.network.found,
  proxmox_role_network_data: snippets.network.data,
  proxmox_role_network_data_file: snippets.network.file,
  proxmox_role_meta_data_found: snippets.meta.found,
  proxmox_role_meta_data: snippets.meta.data,
  proxmox_role_meta_data_file: snippets.meta.file,
  proxmox_role_keys_on_controller: {
    ...defineOptions({ option: { type: 'bool', description: 'The controller has the keys file.' } }),
    value: '{{ proxmox_role_controller_keys_file | length > 0 }}',
  },
} as const;

import { say, type Stage, type Task } from './stage.ts';
import { isSelected } from './stage-selection.ts';

/** Text of a template of the role, one element per line. */
const lines = (template: string): string =>
  `{{ lookup('ansible.builtin.template', '${template}.j2').splitlines() }}`;

const always = { tags: ['always'] };

function importStage(stage: Stage, index: number): Task {
  return {
    name: `Stage ${index + 1}, ${stage.name}`,
    'ansible.builtin.import_tasks': `${stage.name}.yml`,
    when: isSelected(stage),
    tags: stage.tags,
  };
}

/**
 * The role's main.yml: banner, node, stages, rescue, summary. Imports instead of includes, because with those the second
 * role of a play would show what the first one registered.
 */
export const mainTasks = (stages: readonly Stage[]): readonly Task[] => [
  { name: 'Say what is to be done', ...say(lines('banner')), ...always },
  { name: 'Find the node', 'ansible.builtin.import_tasks': 'helpers.yml', ...always },
  {
    name: 'Run the stages on the node',
    delegate_to: '{{ proxmox_role_host }}',
    // Without this a play with `connection: local` would run everything on the controller.
    connection: "{{ hostvars[proxmox_role_host].ansible_connection | default('ssh') }}",
    block: stages.map(importStage),
    rescue: [
      { name: 'Say what failed and what to do', ...say(lines('failure')), ...always },
      {
        name: 'Fail',
        'ansible.builtin.fail': {
          msg: "{{ ansible_failed_task.name }}: {{ ansible_failed_result.msg | default('failed') }}",
        },
        ...always,
      },
    ],
  },
  { name: 'Say what there is now', ...say(lines('summary')), ...always },
];

/** helpers.yml: what every stage relies on. */
export const helperTasks: readonly Task[] = [
  {
    name: 'Find the node in the inventory',
    'ansible.builtin.assert': {
      that: ['proxmox_role_host | length > 0'],
      fail_msg:
        "cannot work on node {{ proxmox_vm_node }}: the inventory has no host of that name and none with proxmox_node_name: {{ proxmox_vm_node }}; add one, for example '{{ proxmox_vm_node }} ansible_host=<address> ansible_user=root'",
      quiet: true,
    },
  },
  {
    name: 'Find the image in the catalogue',
    'ansible.builtin.assert': {
      that: ['proxmox_vm_cloud_image in proxmox_cloud_image_urls'],
      // Preflight says it better, yet `--tags image` comes here without it and would silently have nothing to do.
      fail_msg:
        "cannot use the image {{ proxmox_vm_cloud_image }}: proxmox_cloud_image_urls does not have it; take one of {{ proxmox_cloud_image_urls.keys() | sort | join(', ') }}, add it there, or set proxmox_vm_cloud_image_url",
      quiet: true,
    },
    when: ['proxmox_vm_cloud_image is defined', 'proxmox_vm_cloud_image_url is not defined'],
  },
  {
    name: 'Refuse a signature that nobody would verify',
    'ansible.builtin.fail': {
      msg: 'cannot verify proxmox_vm_cloud_image_signature_url: signatures are not supported yet; use proxmox_vm_cloud_image_checksum',
    },
    when: "proxmox_vm_cloud_image_signature_url | default('') | length > 0",
  },
];

/** nodejs.yml: only run when a module has said that the node has no Node.js. */
export const nodejsTasks: readonly Task[] = [
  {
    name: 'Install the nodejs package of Debian',
    // Not the apt module: it would update from every list, and it needs python3-apt.
    'ansible.builtin.raw': "{{ lookup('ansible.builtin.file', 'install-nodejs.sh') }}",
    args: { executable: '/bin/sh' },
    changed_when: true,
    when: "proxmox_nodejs == 'auto'",
  },
  {
    name: 'Make the folder of Node.js',
    'ansible.builtin.file': { path: '/opt/proxmox-role/node', state: 'directory', mode: '0755' },
    when: "proxmox_nodejs != 'auto'",
  },
  {
    name: 'Unpack Node.js from the controller',
    'ansible.builtin.unarchive': {
      src: '{{ proxmox_nodejs }}',
      dest: '/opt/proxmox-role/node',
      owner: 'root',
      group: 'root',
      extra_opts: ['--strip-components=1'],
    },
    when: "proxmox_nodejs != 'auto'",
  },
];

export const handlers: readonly Task[] = [
  {
    name: 'Tell which settings wait for a restart',
    ...say(
      "waits for the next start of the VM: {{ proxmox_role_settings.pending | map(attribute='key') | join(', ') }}",
    ),
    when: 'proxmox_role_settings.pending | default([]) | length > 0',
  },
];

import { chooseGeneration } from './generation.ts';
import { say, type Stage, type Task } from './stage.ts';
import { isSelected } from './stage-selection.ts';
import { checkNode } from './stages/preflight-checks.ts';

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

/** Without `connection`, a play with `connection: local` would run everything on the controller. */
const onHost = (host: string, name: string, block: readonly Task[]): Task => ({
  name,
  delegate_to: `{{ ${host} }}`,
  connection: `{{ hostvars[${host}].ansible_connection | default('ssh') }}`,
  block,
});

/**
 * The role's main.yml: banner, node, stages, rescue, summary. Imports instead of includes, because with those the second
 * role of a play would show what the first one registered.
 */
export const mainTasks = (stages: readonly Stage[]): readonly Task[] => [
  { name: 'Say what is to be done', ...say(lines('banner')), ...always },
  { name: 'Know the node', 'ansible.builtin.import_tasks': 'helpers.yml', ...always },
  {
    name: 'Run the stages',
    block: [
      // The first stage sees where in the cluster the VM is; the others go there.
      onHost('proxmox_role_host', 'Check on the node that is asked for', stages.map(importStage).slice(0, 1)),
      onHost('proxmox_role_owner_host', 'Work on the node that the VM is on', [
        ...stages.map(importStage).slice(1, 2),
        chooseGeneration(stages.slice(2)),
        ...stages.map(importStage).slice(2),
      ]),
    ],
    rescue: [
      { name: 'Say what failed and what to do', ...say(lines('failure')), ...always },
      {
        name: 'Fail',
        'ansible.builtin.fail': {
          msg: '{{ ansible_failed_task.name }}: {{ proxmox_role_failure_reason }}',
        },
        ...always,
      },
    ],
  },
  {
    name: 'Hand over the result',
    'ansible.builtin.set_fact': { proxmox_vm_result: '{{ proxmox_role_result }}' },
    ...always,
  },
  { name: 'Say what there is now', ...say(lines('summary')), ...always },
];

/** helpers.yml: what must hold for every stage, also where tags leave preflight out. */
export const helperTasks: readonly Task[] = [
  {
    name: 'Refuse what no stage can do',
    // Not assert: it would work the reasons out although there are none.
    'ansible.builtin.fail': { msg: "{{ proxmox_role_refusals | join('; ') }}" },
    when: 'proxmox_role_refusals | length > 0',
  },
];

/** nodejs.yml: only run when a module has said that the node has no Node.js; ends with the check that it could not do. */
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
  { ...checkNode, name: 'Check the node and the settings with its new Node.js' },
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

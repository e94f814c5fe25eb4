import { work } from './connection/work.ts';
import { generationStage } from './generation.ts';
import type { OwnVariables } from './own-variables.ts';
import { includeTasks, registeredBy, say, type Stage, type Task } from './stage.ts';
import type { Stages } from './stages.ts';
import { checkNode } from './stages/preflight-checks.ts';

/** Text of a variable, one element per line. */
const lines = (variable: keyof OwnVariables): string => `{{ ${variable}.splitlines() }}`;

const always = { tags: ['always'] };

/** A rescue of the play would take that VM for the one that failed, or was refused. */
const forget = (...when: readonly string[]): Task => ({
  name: 'Forget the result of a VM before',
  'ansible.builtin.set_fact': { proxmox_vm_result: {} },
  when: ['proxmox_vm_result is defined', ...when],
});

const nameOf = ({ name }: Stage, index: number): string => `Stage ${index + 1}, ${name}`;

const isChosen = ({ name }: Stage): string => `'${name}' in proxmox_role_work.stages`;

/** Preflight always has something to do. */
const importStage = (stage: Stage): Task => ({
  name: nameOf(stage, 0),
  'ansible.builtin.import_tasks': `${stage.name}.yml`,
  when: isChosen(stage),
  tags: stage.tags,
});

/** What preflight did not say, because it did not run, a stage sees for itself. */
const isBusy = ({ name }: Stage): string =>
  `'idle' not in proxmox_role_preflight or '${name}' not in proxmox_role_preflight.idle`;

/**
 * A stage of which no task would run is one task that is skipped, instead of as many as it has. No filter is used: the first
 * one costs a task half of what skipping it takes.
 */
const includeStage = (stage: Stage, index: number): Task => ({
  name: nameOf(stage, index + 1),
  ...includeTasks(`${stage.name}.yml`),
  when: [isChosen(stage), isBusy(stage)],
  tags: stage.tags,
});

/** The role's main.yml: what is to be done, the stages on the node, what there is now. */
export const mainTasks = ([first, ...others]: Stages): readonly Task[] => [
  {
    name: 'Work out which stages run, and on which host',
    'ansible.builtin.import_tasks': 'helpers.yml',
    ...always,
  },
  // What the variables of this VM may say of the one before stays until this one has a result.
  { ...forget('proxmox_role_refusals | length > 0'), ...always },
  {
    name: 'Say what is to be done',
    'ansible.builtin.assert': {
      that: 'proxmox_role_refusals | length == 0',
      fail_msg: "{{ proxmox_role_refusals | join('; ') }}",
      success_msg: lines('proxmox_role_banner'),
    },
    ...always,
  },
  {
    name: 'Work on the other nodes of the template first',
    'ansible.builtin.include_tasks': 'other-nodes.yml',
    when: ["'nodes' in proxmox_role_work.template", 'proxmox_role_begins_nodes | bool'],
    ...always,
  },
  {
    name: 'Run the stages on the node, or by its API on the controller',
    delegate_to: '{{ proxmox_role_work.delegate or omit }}',
    // Without it, a play with `connection: local` would run everything on the controller.
    connection: '{{ proxmox_role_work.connection }}',
    // Messages of the modules name variables of the role instead of their own options.
    environment: { PROXMOX_ROLE_VARIABLES: '1' },
    // Of these tasks alone: a default of the role would be one of the play's other tasks, too.
    vars: { ansible_pipelining: '{{ proxmox_role_work.pipelining }}' },
    block: withGeneration([importStage(first), ...others.map(includeStage)]),
  },
  {
    name: 'Hand over the result',
    'ansible.builtin.set_fact': { proxmox_vm_result: '{{ proxmox_role_result }}' },
    ...always,
  },
  { name: 'Say what there is now', ...say(lines('proxmox_role_summary')), ...always },
];

/** The generation of a template is chosen when its image is there, and before the stages that work on it. */
function withGeneration(imports: readonly Task[]): readonly Task[] {
  const choose = {
    name: 'Choose the generation of the template',
    'ansible.builtin.import_tasks': 'choose-generation.yml',
    when: "'generations' in proxmox_role_work.template",
    ...always,
  };
  return [...imports.slice(0, 2), choose, ...imports.slice(2)];
}

/**
 * helpers.yml: what all stages ask, worked out once: Ansible compiles an expression anew in each task that names its
 * variable. Without it, as with --start-at-task, the variable of the same name says it. What an earlier role of the play
 * registered would speak for stages that are passed over.
 */
export const helperTasks = (stages: Stages): readonly Task[] => [
  {
    name: 'Work out which stages run, and on which host',
    'ansible.builtin.set_fact': {
      proxmox_role_work: work,
      proxmox_role_preflight: {},
      ...Object.fromEntries([...stages, generationStage].flatMap(registeredBy).map(name => [name, {}])),
    },
  },
];

/**
 * failed.yml: what a stage does that has failed. Its block says by proxmox_role_stage which one it is. With any_errors_fatal it
 * runs for hosts, too, of which nothing has failed.
 */
export const failedTasks: readonly Task[] = [
  {
    name: 'Say what failed and what to do',
    ...say(lines('proxmox_role_failure')),
    when: 'ansible_failed_task is defined',
  },
  forget(),
  {
    name: 'Fail',
    'ansible.builtin.fail': {
      msg: "{{ ansible_failed_task.name ~ ': ' ~ proxmox_role_failure_reason if ansible_failed_task is defined else proxmox_role_stage ~ ' was not ended: another host has failed, and any_errors_fatal ends the play; run it again when that is mended' }}",
    },
  },
];

/** nodejs.yml: only run when the check has said that the node has no Node.js; ends with the check that it could not do. */
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
  { ...checkNode, name: 'Check the node and the settings again', vars: { proxmox_role_gives_nodejs: false } },
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

import { registeredBy, SUBJECTS, VERBS, type Stage } from './stage.ts';

/*
 * Which stages a run is to run. Ansible's `--tags vm,create` means vm *or* create; what users are promised is "the
 * creation of the VM". So every stage asks, beyond its tags, what was named: subjects add up, a named verb narrows them,
 * and tags that are neither (a play's own) narrow nothing.
 */

type Tag = Stage['tags'][number];

const quoted = (names: readonly string[]): string => `[${names.map(name => `'${name}'`).join(', ')}]`;

const subjectsOf = ({ tags }: Stage): readonly Tag[] =>
  tags.filter(tag => SUBJECTS.some(name => name === tag));
const verbOf = ({ tags }: Stage): Tag | undefined => tags.find(tag => VERBS.some(name => name === tag));

const SUBJECT = 'proxmox_role_subjects';
const VERB = 'proxmox_role_verbs';
const OR = '\n      or ';

/** Conditions in Jinja, all of which must hold, under which the tags of the command line mean this stage. */
function selection(stage: Stage): readonly string[] {
  const verb = verbOf(stage);
  const skipped = `not ansible_skip_tags | intersect(${quoted(stage.tags)})`;
  const [first = '', ...others] = subjectsOf(stage).map(tag => `'${tag}' in ${SUBJECT}`);
  if (verb === undefined) {
    return [`(not ${SUBJECT} + ${VERB} or ${[first, ...others].join(OR)})`, skipped];
  }
  const loose = others.map(other => `${OR}${other} and not ${VERB}`).join('');
  return [`(not ${SUBJECT} or ${first}${loose})`, `(not ${VERB} or '${verb}' in ${VERB})`, skipped];
}

/** Conditions in Jinja, all of which must hold for the stage to run. */
const isSelected = (stage: Stage): readonly string[] => [
  ...selection(stage),
  ...(stage.wantedWhen === undefined ? [] : [stage.wantedWhen]),
];

function listed(stage: Stage): string {
  return `(['${stage.name}'] if ${isSelected(stage).join('\n    and ')}\n    else [])`;
}

/** A stage whose modules ran, or were passed over one by one, has registered something. */
function told(stage: Stage): string {
  const registered = [...(BY_IMPORT[stage.name] ?? []), ...registeredBy(stage)];
  const something = registered.map(variable => `${variable} | default({})`).join(OR);
  return `(['${stage.name}'] if ${something} else [])`;
}

/** What the tasks of a file register that a stage imports. */
const BY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'preflight-checks': ['proxmox_role_preflight'],
};

/** Variables in which the role keeps what the command line means. */
export const selectionVariables = (stages: readonly Stage[]): Readonly<Record<string, unknown>> => ({
  [SUBJECT]: `{{ ansible_run_tags | intersect(${quoted(SUBJECTS)}) }}`,
  [VERB]: `{{ ansible_run_tags | intersect(${quoted(VERBS)}) }}`,
  proxmox_role_stages: `{{ ${stages.map(listed).join('\n  + ')} }}`,
  proxmox_role_told: `{{ proxmox_role_work.stages | select('in', ${stages.map(told).join('\n  + ')}) | list }}`,
  // With --start-at-task a run does not come to the first ones; later ones may be passed over without a word.
  proxmox_role_begun:
    '{{ proxmox_role_work.stages[proxmox_role_work.stages.index(proxmox_role_told[0]) :] if proxmox_role_told else [] }}',
  proxmox_role_stage_tags: Object.fromEntries(stages.map(stage => [stage.name, onlyTags(stage)])),
});

/** Tags that run this stage alone. */
export function onlyTags(stage: Stage): string {
  const verb = verbOf(stage);
  return [subjectsOf(stage)[0], ...(verb === undefined ? [] : [verb])].join(',');
}

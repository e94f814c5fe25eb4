import { resultFields } from '../../role-src/result.ts';
import { pick } from '../../modules-src/sdk/compose.ts';
import type { Option } from '../../modules-src/sdk/option.ts';
import { sections, variables, type VariableName } from '../../role-src/variables.ts';
import { ROLE, type GeneratedFile } from './generated-file.ts';
import { defaultText, MARKDOWN_NOTICE, table } from './markdown.ts';
import { sentences } from './option-docs.ts';
import { stageTable, tagTable } from './tag-table.ts';

/** What most playbooks set. */
const COMMON = [
  'proxmox_vm_name',
  'proxmox_vm_vmid',
  'proxmox_vm_node',
  'proxmox_vm_cloud_image',
  'proxmox_vm_cloud_image_url',
  'proxmox_vm_cloud_image_checksum',
  'proxmox_vm_cores',
  'proxmox_vm_memory',
  'proxmox_vm_disk_size',
  'proxmox_disk_storage',
  'proxmox_vm_networks',
  'proxmox_vm_cloud_init_user',
  'proxmox_vm_cloud_init_ssh_keys',
  'proxmox_vm_cloud_init_ip',
  'proxmox_vm_cloud_init_gw',
  'proxmox_vm_cloud_init_dns',
  'proxmox_vm_agent',
  'proxmox_vm_make_template',
  'proxmox_vm_create_clones',
  'proxmox_vm_clones',
] as const satisfies readonly VariableName[];

/** Variables with their defaults, without the details that docs/reference/variables.md has. */
const tableOf = (options: Readonly<Record<string, Option>>): string =>
  table(
    ['Variable', 'Description', 'Default'],
    Object.entries(options).map(([name, option]) => [
      `\`${name}\``,
      sentences(option).join(' '),
      defaultText(option),
    ]),
  );

const everyVariable = (): string =>
  sections.map(({ title, variables: ofSection }) => `**${title}**\n\n${tableOf(ofSection)}`).join('\n');

/** README.md with the generated tables between their markers; a file without markers stays as it is. */
export function withTables(readme: string): string {
  return between(between(readme, 'tags', tagTable()), 'variables', tableOf(pick(variables, ...COMMON)));
}

function between(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) return text;
  return `${text.slice(0, from + begin.length)}\n\n${content}\n${text.slice(to)}`;
}

/** The role's own README.md. */
export function roleReadme(): GeneratedFile {
  return {
    path: `${ROLE}/README.md`,
    content: [
      `${MARKDOWN_NOTICE}\n\n# proxmox\n`,
      'Cloud images to VMs, templates and clones on Proxmox VE 8.4 and 9. The work is done on the node itself, over the',
      'SSH connection that Ansible has; every stage looks first, so the role can be run again at any time.\n',
      EXAMPLE,
      '## Stages\n',
      stageTable(),
      '## Tags\n',
      tagTable(),
      '## Variables\n',
      everyVariable(),
      '## Result\n',
      'What the rest of the play finds in `proxmox_vm_result`:\n',
      table(
        ['Field', 'Meaning'],
        resultFields.map(({ name, description }) => [`\`${name}\``, description]),
      ),
    ].join('\n'),
  };
}

const EXAMPLE = `\`\`\`yaml
- name: Create VM from cloud image
  ansible.builtin.include_role:
    name: proxmox
  vars:
    proxmox_vm_name: ubuntu-cloud-vm
    proxmox_vm_vmid: 200
    proxmox_vm_node: pve01
    proxmox_vm_cloud_image: ubuntu-24.04
    proxmox_vm_cloud_init_ssh_keys_file: ~/.ssh/id_ed25519.pub
  tags: [always]
\`\`\`

\`tags: [always]\` on \`include_role\` lets \`--tags image\` and the like reach the stages; without it Ansible silently runs
nothing of the role. \`roles:\` and \`import_role\` need no tags. \`proxmox_vm_node\` is an inventory host of that name, or
the one with that \`proxmox_node_name\`.
`;

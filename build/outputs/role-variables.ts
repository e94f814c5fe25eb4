import { ownVariables } from '../../role-src/own-variables.ts';
import { selectionVariables } from '../../role-src/stage-selection.ts';
import { stages } from '../../role-src/stages.ts';
import { OLDEST_ANSIBLE, testedVersions } from '../../role-src/tested-versions.ts';
import { followingDefaults, sections, type Section } from '../../role-src/variables.ts';
import { vmsVariables } from '../../role-src/vms.ts';
import { ROLE, type GeneratedFile } from './generated-file.ts';
import { sentences } from './option-docs.ts';
import { comment, NOTICE, toYaml, yamlFile } from './yaml.ts';

const following: Readonly<Record<string, unknown>> = followingDefaults;

/** defaults/main.yml: every variable that has a default, under its description. */
export function defaultsFile(): GeneratedFile {
  return {
    path: `${ROLE}/defaults/main.yml`,
    content: `---\n# ${NOTICE}\n\n${sections
      .map(sectionDefaults)
      .filter(text => text !== '')
      .join('\n')}`,
  };
}

function sectionDefaults({ title, variables }: Section): string {
  const entries = Object.entries(variables)
    .filter(([, option]) => option.default !== undefined)
    .map(([name, option]) => {
      const value = following[name] ?? option.default;
      return comment(sentences(option).join(' ')) + toYaml({ [name]: value });
    });
  return entries.length === 0 ? '' : `# --- ${title} ---\n\n${entries.join('\n')}`;
}

/** vars/main.yml: what the role computes from the variables. */
export function varsFile(): GeneratedFile {
  const own = Object.entries(ownVariables).map(
    ([name, { option, value }]) => comment(sentences(option).join(' ')) + ownValue(name, value),
  );
  const selection = comment('What the tags of the command line mean (see the table in README.md).');
  return {
    path: `${ROLE}/vars/main.yml`,
    content: `---\n# ${NOTICE}\n\n${[...own, selection + toYaml(selectionVariables(stages))].join('\n')}`,
  };
}

/** A text of several lines keeps them, however long they are. */
function ownValue(name: string, value: unknown): string {
  // A line for each entry of a table.
  if (typeof value !== 'string') return toYaml({ [name]: value }, 95, 2);
  if (!value.includes('\n')) return toYaml({ [name]: value });
  return `# yamllint disable rule:line-length\n${toYaml({ [name]: value }, -1)}# yamllint enable rule:line-length\n`;
}

/** vars/vms.yml: what tasks/vms.yml needs beyond it. */
export const vmsVarsFile = (): GeneratedFile => ({
  path: `${ROLE}/vars/vms.yml`,
  content: `---\n# ${NOTICE}\n${Object.entries(vmsVariables)
    .map(([name, value]) => ownValue(name, value))
    .join('')}`,
});

/** The image catalogue and galaxy data need no file of their own: the catalogue is a default. */
export function metaFile(): GeneratedFile {
  return {
    path: `${ROLE}/meta/main.yml`,
    content: yamlFile(
      {
        galaxy_info: {
          role_name: 'proxmox',
          author: 'The authors of ansible-role-proxmox',
          description: 'Cloud images to VMs, templates and clones on Proxmox VE',
          license: 'MIT',
          min_ansible_version: OLDEST_ANSIBLE,
          platforms: [{ name: 'Debian', versions: ['bookworm', 'trixie'] }],
          galaxy_tags: ['proxmox', 'cloudinit', 'virtualization', 'template'],
        },
        dependencies: [],
      },
      tested(),
    ),
  };
}

/** Galaxy has no field for it, and shows the file. */
function tested(): string {
  const { ansible, node } = testedVersions;
  const range = (versions: readonly string[]): string => `${versions[0] ?? ''} to ${versions.at(-1) ?? ''}`;
  return comment(
    `Tested with ansible-core ${range(ansible.map(({ version }) => version))}, Node.js ${range(node)} on the node, ` +
      'and Proxmox VE 8.4 and 9.2 (docs/testing.md).',
  );
}

import { variables } from '../../role-src/variables.ts';
import { ROLE, type GeneratedFile } from './generated-file.ts';
import { optionDocs } from './option-docs.ts';
import { yamlFile } from './yaml.ts';

/** meta/argument_specs.yml: what Ansible checks before the first task and `ansible-doc -t role` prints. */
export function argumentSpecsFile(): GeneratedFile {
  return {
    path: `${ROLE}/meta/argument_specs.yml`,
    content: yamlFile({
      argument_specs: {
        main: {
          short_description: 'Make VMs, templates and clones of cloud images on Proxmox VE',
          description: [
            'Six stages turn a cloud image into a VM, a template and clones on a node of Proxmox VE.',
            'The work is done on the node over SSH; every stage looks first and changes only what differs.',
            'Write C(tags: [always]) beside an C(include_role) of this role, or C(--tags) finds none of its stages.',
          ],
          author: ['The authors of ansible-role-proxmox'],
          options: optionDocs(variables, 'options'),
        },
      },
    }),
  };
}

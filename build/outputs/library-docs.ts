import type { ModuleDefinition } from '../../modules-src/sdk/define-module.ts';
import { ROLE, type GeneratedFile } from './generated-file.ts';
import { optionDocs, toAnsibleMarkup } from './option-docs.ts';
import { yamlFile } from './yaml.ts';

/** library/<module>.yml: what `ansible-doc` shows of a module that is not written in Python. */
export function libraryDocsFile(module: ModuleDefinition): GeneratedFile {
  return {
    path: `${ROLE}/library/${module.name}.yml`,
    content: yamlFile({
      DOCUMENTATION: documentation(module),
      EXAMPLES: module.examples.trimStart(),
      RETURN: module.returns,
    }),
  };
}

const documentation = ({ name, summary, description, params }: ModuleDefinition): unknown => ({
  module: name,
  short_description: summary,
  description: description.map(toAnsibleMarkup),
  author: ['The authors of ansible-role-proxmox'],
  requirements: ['Node.js 18.19 or newer on the node', 'root on the node'],
  options: optionDocs(params, 'suboptions'),
  attributes: {
    check_mode: { support: 'full', description: 'Names every change it would make and makes none.' },
    diff_mode: { support: 'full', description: 'Shows every setting before and after.' },
  },
});

import type { ModuleDefinition } from '../../modules-src/sdk/define-module.ts';
import { ROLE, type GeneratedFile } from './generated-file.ts';
import { documentedParams, documentedReturns } from './module-docs.ts';
import { optionDocs, toAnsibleMarkup } from './option-docs.ts';
import { yamlFile } from './yaml.ts';

/** library/<module>.yml: what `ansible-doc` shows of a module that is not written in Python. */
export function libraryDocsFile(module: ModuleDefinition): GeneratedFile {
  return {
    path: `${ROLE}/library/${module.name}.yml`,
    content: yamlFile({
      DOCUMENTATION: documentation(module),
      EXAMPLES: module.examples.trimStart(),
      RETURN: documentedReturns(module),
    }),
  };
}

const documentation = (module: ModuleDefinition): unknown => ({
  module: module.name,
  short_description: module.summary,
  description: module.description.map(toAnsibleMarkup),
  author: ['The authors of ansible-role-proxmox'],
  requirements: [
    'Node.js 18.19 or newer where the module runs',
    'root on the node, or by the API a token (api_host)',
  ],
  options: optionDocs(documentedParams(module)),
  attributes: {
    check_mode: { support: 'full', description: 'Names every change it would make and makes none.' },
    diff_mode: { support: 'full', description: 'Shows every setting before and after.' },
  },
});

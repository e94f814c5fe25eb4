import { dump } from 'js-yaml';
import type { ModuleDefinition, ReturnValue } from '../../modules-src/sdk/define-module.ts';
import { trustOf } from '../../modules-src/pve/images/trust.ts';
import { images, type CatalogueImage } from '../../role-src/images.ts';
import { sections } from '../../role-src/variables.ts';
import type { GeneratedFile } from './generated-file.ts';
import { MARKDOWN_NOTICE, nestedTables, optionsTable, table } from './markdown.ts';
import { documentedParams, documentedReturns } from './module-docs.ts';
import { toMarkdown } from './option-docs.ts';

/** docs/reference/variables.md: every variable and the image catalogue. */
export function variablesPage(): GeneratedFile {
  const parts = sections.map(
    ({ title, variables }) =>
      `## ${title}\n\n${optionsTable(variables, 'Variable')}${nestedTables(variables, '###')}`,
  );
  return {
    path: 'docs/reference/variables.md',
    content: [`${MARKDOWN_NOTICE}\n\n# Variables of the role\n`, INVENTORY, ...parts, imageCatalogue()].join(
      '\n',
    ),
  };
}

const INVENTORY = `A host of the inventory may say by \`proxmox_node_name\` which node it is, where its own name is another one.
`;

function imageCatalogue(): string {
  const rows = Object.entries(images).map(([name, image]) => [
    `\`${name}\``,
    image.endOfLife === true ? `${image.title}, end of life` : image.title,
    `\`${image.user}\``,
    `${image.minDisk} GiB`,
    proofOf(image),
    image.url,
  ]);
  return [
    '## Image catalogue',
    '',
    'Names for `proxmox_vm_cloud_image` and keys of `proxmox_cloud_image_urls`. What vouches for an image is found',
    'without being named ([images.md](../images.md)).',
    '',
    table(['Name', 'Image', 'User', 'Smallest disk', 'Verified by', 'URL'], rows),
  ].join('\n');
}

function proofOf({ url }: CatalogueImage): string {
  const { list, signature } = trustOf({ url, verify: 'warn' });
  const name = `\`${list?.url.split('/').at(-1) ?? ''}\``;
  return signature === undefined ? name : `signature of ${name}`;
}

/** docs/reference/modules.md: every module with parameters, results and examples. */
export function modulesPage(modules: readonly ModuleDefinition[]): GeneratedFile {
  const head = [`${MARKDOWN_NOTICE}\n\n# Modules\n`, 'All of them support check mode and diff.\n'];
  return { path: 'docs/reference/modules.md', content: [...head, ...modules.map(moduleSection)].join('\n') };
}

function moduleSection(module: ModuleDefinition): string {
  const { name, summary, description, examples } = module;
  const params = documentedParams(module);
  return [
    `## ${name}\n`,
    `${summary}.\n`,
    ...description.map(text => `${toMarkdown(text)}  `),
    '',
    optionsTable(params, 'Parameter') + nestedTables(params, '###'),
    table(
      ['Result', 'Type', 'Returned', 'Description', 'Sample'],
      Object.entries(documentedReturns(module)).map(returnRow),
    ),
    '```yaml',
    examples.trim(),
    '```\n',
  ].join('\n');
}

const returnRow = ([name, value]: [string, ReturnValue]): string[] => [
  `\`${name}\``,
  value.elements === undefined ? value.type : `list of ${value.elements}`,
  value.returned,
  toMarkdown(value.description),
  value.sample === undefined ? '–' : `\`${dump(value.sample, { flowLevel: 0, lineWidth: -1 }).trim()}\``,
];

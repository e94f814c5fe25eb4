import { snippetStorage } from '../../../pve/cloud-init/snippets.ts';
import { parseProperties } from '../../../pve/text/property-string.ts';
import { isUsable } from '../../../pve/text/storage-config.ts';
import type { Problem } from '../../../sdk/define-module.ts';
import { onNode, problem, variableAt, variableOf, type Subject } from '../check.ts';
import type { Wanted } from '../params.ts';
import {
  furtherDisks,
  givenSnippets,
  installsAgent,
  namedSnippets,
  SNIPPET_TEXTS,
  wantsCloudInit,
  wantsOwnDrive,
} from '../wishes.ts';
import type { Node } from '../world.ts';
import { allowContent } from '../../../pve/text/storage-content.ts';
import { storageProblems } from './storage-state.ts';

/** Whether there is a place for the snippets that are wanted. */
export const checkSnippets = onNode((wanted, node, { name }) => {
  const texts = givenSnippets(wanted);
  if (!wantsCloudInit(wanted) || (texts.length === 0 && !installsAgent(wanted))) return [];
  // None is written by the API, nor beside a drive of our own.
  if (wanted.api_host !== undefined || wantsOwnDrive(wanted)) return [];
  const { vm_cloud_init_snippets_storage: id } = wanted;
  const storage = snippetStorage(node.storages, name, id);
  if (id !== undefined || storage !== undefined) {
    const subject =
      id === undefined ? (texts[0] ?? 'vm_cloud_init_install_agent') : 'vm_cloud_init_snippets_storage';
    return storageProblems({ subject, id: id ?? storage?.id ?? '', content: 'snippets' }, node, name);
  }
  return [texts[0] === undefined ? noAgent(node, name) : noPlace(texts, node, name)];
});

function noPlace(texts: ReturnType<typeof givenSnippets>, node: Node, name: string): Problem {
  return problem(
    'PVE-STO-005',
    texts[0] ?? '',
    `no storage of ${name} holds snippets, which ${texts.map(variableOf).join(', ')} need${texts.length === 1 ? 's' : ''}`,
    wayOut(node, name),
  );
}

const noAgent = (node: Node, name: string): Problem =>
  problem(
    'PVE-CI-008',
    'vm_cloud_init_install_agent',
    `no storage of ${name} holds snippets, by which cloud-init would be told to install the guest agent`,
    `${wayOut(node, name)}, or set ${variableOf('vm_cloud_init_install_agent')}: false`,
  );

function wayOut({ storages }: Node, name: string): string {
  const candidate = storages.find(storage => storage.path !== undefined && isUsable(storage, name));
  return candidate === undefined
    ? 'add a storage of type dir with `pvesm add`'
    : allowContent(candidate, 'snippets');
}

/** Files of snippets that are for the node to find, because the controller has none. */
export const checkSnippetFiles = onNode((wanted, { places }, { name }) =>
  snippetFiles(wanted)
    .filter(({ path }) => places.get(path)?.kind !== 'other')
    .map(({ path, option }) =>
      problem(
        'PVE-CI-011',
        option,
        `there is no file ${path}, neither on the controller nor on ${name}`,
        `correct the path, or give the text in ${variableAt(option.replace(/_file$/, ''))}`,
      ),
    ),
);

export const snippetFiles = (wanted: Wanted) =>
  wantsCloudInit(wanted)
    ? SNIPPET_TEXTS.flatMap(text => {
        const option = `${text}_file` as const;
        const path = wanted[option];
        return path === undefined ? [] : [{ path, option }];
      })
    : [];

/** Volumes of files that the variables name. */
export const namedFiles = (
  wanted: Wanted,
): readonly { readonly subject: Subject; readonly volume: string }[] =>
  wanted.vm_state === 'absent'
    ? []
    : [
        ...(wantsCloudInit(wanted) ? namedSnippets(wanted) : []).map(subject => ({
          subject,
          volume: wanted[subject] ?? '',
        })),
        ...(wanted.vm_hookscript === undefined
          ? []
          : [{ subject: 'vm_hookscript' as const, volume: wanted.vm_hookscript }]),
        ...furtherDisks(wanted).map(([slot, text]) => ({
          subject: `vm_disks.${slot}` as const,
          volume: parseProperties(text, 'file').get('file') ?? '',
        })),
      ];

/** Proxmox VE would refuse them in the middle of the work. */
export const checkNamedFiles = onNode((wanted, { missingFiles }) =>
  namedFiles(wanted)
    .filter(({ volume }) => missingFiles.includes(volume))
    .map(({ subject, volume }) => {
      const message = `names ${volume}, which its storage does not have`;
      return problem('PVE-STO-016', subject, message, 'put the file there, or name one that is there');
    }),
);

/** Where snippets would go, so that it can be looked at. */
export const wantedSnippetStorage = (wanted: Wanted, storages: Node['storages'], name: string) =>
  wantsCloudInit(wanted) ? snippetStorage(storages, name, wanted.vm_cloud_init_snippets_storage) : undefined;

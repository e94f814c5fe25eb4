import type { SnippetPlace } from '../text/cloud-init-volumes.ts';
import type { Storage } from '../text/storage-config.ts';
import type { VmRecord } from '../vms/guest.ts';
import { destroyStep } from '../vms/removal.ts';
import { snippetOwner } from '../vms/snippet-owner.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Lane } from '../../sdk/step.ts';
import { removeDriveSteps } from './drive/own.ts';
import { findDrives, findSnippets } from './find-snippets.ts';
import { removeSnippetSteps } from './snippets.ts';

/** What a VM of ours has besides its volumes. */
export interface OwnFiles {
  readonly snippets: readonly SnippetPlace[];
  readonly drives: readonly string[];
}

export const FIND_FILES = ['readSnippets', 'listIsoImages'] as const;

export async function ownFiles(
  record: VmRecord,
  storages: readonly Storage[],
  cluster: Part<(typeof FIND_FILES)[number]>,
): Promise<OwnFiles> {
  const owner = snippetOwner(record);
  return {
    snippets: await findSnippets(owner, storages, cluster),
    drives: await findDrives(owner, storages, cluster),
  };
}

/** A generation of a template goes, and then its files: one that cannot be removed still needs them. */
export function removeGeneration(record: VmRecord, number: number, files: OwnFiles | undefined): Lane {
  const label = `generation ${number}, VM ${record.vmid} (${record.config.get('name') ?? ''})`;
  const steps = [
    destroyStep(record, label),
    ...removeSnippetSteps(files?.snippets ?? []),
    ...removeDriveSteps(files?.drives ?? []),
  ];
  return steps.map(step => ({ ...step, subject: String(record.vmid) }));
}

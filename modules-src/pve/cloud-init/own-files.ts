import type { Storage } from '../text/storage-config.ts';
import { nextValues } from '../text/vm-config.ts';
import type { VmRecord } from '../vms/guest.ts';
import { destroyStep } from '../vms/removal.ts';
import { snippetOwner } from '../vms/snippet-owner.ts';
import type { Part } from '../../sdk/cluster.ts';
import type { Lane } from '../../sdk/step.ts';
import { removeDriveSteps } from './drive/own.ts';
import { findDrives, findSnippets, type FoundSnippets } from './find-snippets.ts';
import { removeSnippetSteps } from './snippets.ts';
import { storageOfVolume } from '../text/volume-id.ts';

/** What a VM of ours has besides its volumes. */
export interface OwnFiles {
  readonly snippets: FoundSnippets;
  readonly drives: readonly string[];
}

export const NO_FILES: OwnFiles = { snippets: { places: [], hidden: [] }, drives: [] };

export const FIND_FILES = ['listSnippets', 'listIsoImages'] as const;

export async function ownFiles(
  record: VmRecord,
  storages: readonly Storage[],
  cluster: Part<(typeof FIND_FILES)[number]>,
): Promise<OwnFiles> {
  const owner = snippetOwner(record);
  return {
    snippets: await findSnippets(owner, nextValues(record.config), storages, cluster),
    drives: await findDrives(owner, storages, cluster),
  };
}

/** What is told of snippets of a VM that nobody needs any more, and that stay because they are hidden. */
export const hiddenWarnings = (volumes: readonly string[], node: string): readonly string[] =>
  volumes.map(
    volume =>
      `the snippet ${volume} stays: the API shows and removes it only with Datastore.Allocate on ` +
      `/storage/${storageOfVolume(volume)}, and while that is active; \`pvesm free ${volume}\` on ${node} removes it`,
  );

/** A generation of a template goes, and then its files: one that cannot be removed still needs them. */
export function removeGeneration(record: VmRecord, number: number, files: OwnFiles | undefined): Lane {
  const label = `generation ${number}, VM ${record.vmid} (${record.config.get('name') ?? ''})`;
  const steps = [
    destroyStep(record, label),
    ...removeSnippetSteps(files?.snippets.places ?? []),
    ...removeDriveSteps(files?.drives ?? []),
  ];
  return steps.map(step => ({ ...step, subject: String(record.vmid) }));
}

import type { cloneOptions } from '../../pve/clone-options.ts';
import { requireChangeable, requireOwnVm, type FoundVm, type Identity } from '../../pve/own-vm.ts';
import type { SnippetKind } from '../../pve/snippets.ts';
import type { Storage } from '../../pve/storage-config.ts';
import { isTemplate, type VmConfig } from '../../pve/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import type { ValuesOf } from '../../sdk/option.ts';
import type { Lane } from '../../sdk/step.ts';
import { cloneLane } from './clone-lane.ts';

export type Clone = ValuesOf<typeof cloneOptions>;

export interface Wanted extends Identity {
  readonly clones: readonly Clone[];
  readonly snippets_storage?: string | undefined;
}

export interface FoundClone {
  readonly vm: FoundVm;
  /** Our snippets of this clone that exist, by path. */
  readonly snippetTexts: ReadonlyMap<string, string>;
}

export interface Observed {
  readonly template: FoundVm;
  /** Contents of our snippets that the template uses. */
  readonly templateSnippets: ReadonlyMap<SnippetKind, string>;
  readonly snippetStorage: Storage | undefined;
  /** By VMID. */
  readonly clones: ReadonlyMap<number, FoundClone>;
  readonly checkMode: boolean;
}

/** What every clone needs to know of the template. */
export interface Source {
  readonly identity: Identity;
  readonly config: VmConfig;
  readonly snippets: ReadonlyMap<SnippetKind, string>;
  readonly storage: Storage | undefined;
  readonly node: string;
}

/** One lane per clone that is not as wanted; a clone that cannot be made refuses in its own lane. */
export function planClones(wanted: Wanted, observed: Observed): Lane[] {
  const source = sourceOf(wanted, observed);
  return wanted.clones.map((clone, index) => {
    const found = observed.clones.get(clone.vmid);
    if (found === undefined) return [];
    return labelled(clone.name, twinRefusal(wanted, index) ?? cloneLane(clone, found, source));
  });
}

const labelled = (subject: string, lane: Lane): Lane => lane.map(step => ({ ...step, subject }));

function sourceOf(wanted: Wanted, observed: Observed): Source {
  const purpose = `clone VM ${wanted.vmid} (${wanted.name})`;
  const record = requireOwnVm(wanted, observed.template.record, purpose);
  const missing = wanted.clones.filter(clone => observed.clones.get(clone.vmid)?.vm.record === undefined);
  if (missing.length > 0) requireChangeable(record, observed.template.localNode, purpose);
  const { config } = record;
  if (missing.some(clone => !clone.full) && !isTemplate(config) && !observed.checkMode) {
    throw new UserError(
      `cannot ${purpose}: it is not a template, so it has no linked clones; make it one with --tags template,create ` +
        '(proxmox_vm_make_template: true), or ask for full copies (full: true)',
    );
  }
  return {
    identity: wanted,
    config,
    snippets: observed.templateSnippets,
    storage: observed.snippetStorage,
    node: observed.template.localNode,
  };
}

/** A number that stands twice is the fault of the clone that comes later, or of the one that takes the template's. */
function twinRefusal({ clones, vmid, name }: Wanted, index: number): Lane | undefined {
  const clone = clones[index];
  if (clone === undefined) return undefined;
  const first = clones.findIndex(other => other.vmid === clone.vmid);
  if (clone.vmid !== vmid && first === index) return undefined;
  const owner = clone.vmid === vmid ? `the template ${name}` : `the clone ${clones[first]?.name ?? ''}`;
  const reason = `cannot make clone ${clone.name}: its number ${clone.vmid} is that of ${owner}; give it its own`;
  return [{ summary: `make clone ${clone.name}`, action: { kind: 'refuse', reason } }];
}

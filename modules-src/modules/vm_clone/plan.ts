import type { cloneOptions } from '../../pve/clone-options.ts';
import { requireOwnVm, type FoundVm, type Identity } from '../../pve/own-vm.ts';
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
  return wanted.clones.map(clone => {
    const found = observed.clones.get(clone.vmid);
    return found === undefined ? [] : labelled(clone.name, cloneLane(clone, found, source));
  });
}

const labelled = (subject: string, lane: Lane): Lane => lane.map(step => ({ ...step, subject }));

function sourceOf(wanted: Wanted, observed: Observed): Source {
  const purpose = `clone VM ${wanted.vmid} (${wanted.name})`;
  const config = requireOwnVm(wanted, observed.template, purpose);
  refuseTwins(wanted);
  const linked = wanted.clones.some(
    clone => !clone.full && observed.clones.get(clone.vmid)?.vm.record === undefined,
  );
  if (linked && !isTemplate(config) && !observed.checkMode) {
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

function refuseTwins({ clones, vmid }: Wanted): void {
  const numbers = clones.map(clone => clone.vmid);
  const twin = numbers.find((number, index) => number === vmid || numbers.indexOf(number) !== index);
  if (twin === undefined) return;
  throw new UserError(
    `cannot make the clones: the number ${twin} stands twice in proxmox_vm_clones, or is the template’s own; give each its own`,
  );
}

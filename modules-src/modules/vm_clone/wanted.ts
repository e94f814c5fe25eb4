import type { SnippetKind } from '../../pve/text/snippet-volume.ts';
import type { cloneOptions } from '../../pve/settings/clone-options.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import type { FoundVm, Identity } from '../../pve/vms/ownership.ts';
import type { ValuesOf } from '../../sdk/option.ts';

export type CloneWish = ValuesOf<typeof cloneOptions>;

/** A clone whose number is known. */
export type Clone = CloneWish & { readonly vmid: number };

export interface Wanted extends Identity {
  readonly clones: readonly CloneWish[];
  readonly snippets_storage?: string | undefined;
  /** Gateway of clones that name none. */
  readonly gw?: string | undefined;
}

export interface FoundClone {
  readonly clone: Clone;
  readonly vm: FoundVm;
  /** Names what belongs to this clone alone, such as its snippets. */
  readonly id: string;
  /** Our snippets of this clone that exist, by volume. */
  readonly snippetTexts: ReadonlyMap<string, string>;
}

/** A clone that could not be given a number. */
export interface Numberless {
  readonly clone: CloneWish;
  readonly reason: string;
}

export interface Observed {
  readonly template: FoundVm;
  /** Every VM of the cluster; read only where a snippet that exists is to be changed. */
  readonly others: readonly VmRecord[];
  /** Templates of the same name on other nodes, made by this role. */
  readonly replicas: readonly VmRecord[];
  /** Contents of our snippets that the template uses. */
  readonly templateSnippets: ReadonlyMap<SnippetKind, string>;
  readonly snippetStorage: Storage | undefined;
  readonly storages: readonly Storage[];
  /** In the order of the list. */
  readonly clones: readonly (FoundClone | Numberless)[];
  readonly checkMode: boolean;
}

/** What a clone is made of. */
export interface Source {
  readonly record: VmRecord;
  readonly others: readonly VmRecord[];
  readonly snippets: ReadonlyMap<SnippetKind, string>;
  readonly storage: Storage | undefined;
  readonly storages: readonly Storage[];
  readonly localNode: string;
  readonly checkMode: boolean;
  /** Gateway of clones that name none, and whose template has none. */
  readonly gateway?: string | undefined;
}

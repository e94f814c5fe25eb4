import type { textOptions } from '../../pve/cloud-init/options.ts';
import type { CloudInitMaterial } from '../../pve/cloud-init/wanted.ts';
import type { Resolver } from '../../sdk/readings.ts';
import type { SnippetKind } from '../../pve/text/cloud-init-volumes.ts';
import type { cloneOptions } from '../../pve/settings/clone-options.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import type { FoundVm, Identity } from '../../pve/vms/ownership.ts';
import type { ValuesOf } from '../../sdk/option.ts';

export type CloneWish = ValuesOf<typeof cloneOptions>;

/** A clone whose VMID is known. */
export type Clone = CloneWish & { readonly vmid: number };

type TextValues = ValuesOf<typeof textOptions>;

/** Texts that the template was made with, for drives of our own. */
type Texts = { readonly [K in keyof TextValues]?: TextValues[K] | undefined };

export interface Wanted extends Identity, Texts {
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

/** What drives of our own are made of besides settings and texts. */
export interface Drives extends Pick<CloudInitMaterial, 'usesOwnDrive' | 'driveStorage' | 'fileTexts'> {
  readonly resolver: Resolver;
  /** ISO images of that storage. */
  readonly isoImages: readonly string[];
}

/** A clone that cannot be looked at. */
export interface Unseen {
  readonly clone: CloneWish;
  readonly reason: string;
  /** It is there, on this node. */
  readonly node?: string;
}

export interface Observed {
  readonly template: FoundVm;
  /** Every VM of the cluster; read only where something that exists is to be changed or removed. */
  readonly others: readonly VmRecord[];
  /** Templates of the same name on other nodes, made by this role. */
  readonly replicas: readonly VmRecord[];
  /** Contents of our snippets that the template uses. */
  readonly templateSnippets: ReadonlyMap<SnippetKind, string>;
  readonly snippetStorage: Storage | undefined;
  readonly drives: Drives;
  /** Clones of other nodes are made and finished from here, too; absent: they are not. */
  readonly reachesOtherNodes?: boolean;
  readonly storages: readonly Storage[];
  /** In the order of the list. */
  readonly clones: readonly (FoundClone | Unseen)[];
  readonly checkMode: boolean;
  /** Nodes that are down. */
  readonly lost: readonly string[];
}

/** What a clone is made of. */
export interface Source {
  readonly record: VmRecord;
  readonly others: readonly VmRecord[];
  readonly snippets: ReadonlyMap<SnippetKind, string>;
  readonly storage: Storage | undefined;
  readonly texts: Texts;
  readonly drives: Drives;
  readonly storages: readonly Storage[];
  readonly localNode: string;
  readonly reachesOtherNodes: boolean;
  readonly checkMode: boolean;
  /** Gateway of clones that name none, and whose template has none. */
  readonly gateway?: string | undefined;
}

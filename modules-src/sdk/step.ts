import type {
  ByteLimits,
  CheckedFile,
  FileIdentity,
  ImageRecord,
  ImageTrust,
  NetworkSettings,
} from './image.ts';

/** A text that a program reads from a private file; the option's value becomes the file's name. */
export interface FileContent {
  readonly file: string;
}

/** A value that never appears in an argument list: it goes by standard input. */
export interface Secret {
  readonly secret: string;
}

export type PropertyValue = string | number | boolean | FileContent | Secret;

/** Options of an operation by their PVE names; `delete` names options to remove. */
export interface QmProperties {
  readonly [option: string]: PropertyValue | readonly string[] | undefined;
  readonly delete?: readonly string[] | undefined;
}

export type QmVerb =
  | 'create'
  | 'set'
  | 'resize'
  | 'template'
  | 'clone'
  | 'start'
  | 'stop'
  | 'shutdown'
  | 'reboot'
  | 'destroy'
  | 'cloudinit update';

/** An operation of PVE as data. How it travels (a `qm` call, REST) is not its business. */
export interface QmAction {
  readonly kind: 'qm';
  readonly verb: QmVerb;
  readonly vmid: number;
  readonly properties: QmProperties;
  /** Lines that a later run can read again where nobody who may edit the VM can write; none: those of the VM are forgotten. */
  readonly remembers?: readonly string[];
}

/** Set options of a VM of which one imports an image. */
interface ImportAction {
  readonly kind: 'import-image';
  readonly vmid: number;
  readonly properties: QmProperties;
  readonly image: CheckedFile;
}

/** Put a snippet where PVE finds it, in the place of one that is there. */
interface PutSnippetAction {
  readonly kind: 'put-snippet';
  /** Such as local:snippets/a.yaml. */
  readonly volume: string;
  readonly content: string;
}

interface RemoveSnippetAction {
  readonly kind: 'remove-snippet';
  readonly volume: string;
}

/** Put a NoCloud drive of ours among the ISO images of a storage, in the place of one of that name. */
interface PutDriveAction {
  readonly kind: 'put-drive';
  /** Such as local:iso/a.iso. */
  readonly volume: string;
  /** Texts by their names on the drive. */
  readonly files: ReadonlyMap<string, string>;
}

/** Make an empty volume of that name. */
interface AllocateVolumeAction {
  readonly kind: 'allocate-volume';
  /** Such as local:900/vm-900-pgdata.raw. */
  readonly volume: string;
  /** VM whose VMID it bears. */
  readonly vmid: number;
  readonly bytes: number;
  readonly format: 'raw' | 'qcow2';
}

/** Remove a volume that nothing names. */
interface FreeVolumeAction {
  readonly kind: 'free-volume';
  readonly volume: string;
}

/** Wait until no program or task of PVE works on a VM. */
interface WaitWorkAction {
  readonly kind: 'wait-work';
  readonly vmid: number;
}

/** Note what is known of an image that is in the cache. */
export interface NoteImageAction {
  readonly kind: 'note-image';
  readonly path: string;
  readonly record: ImageRecord;
}

/** Remove an image from the cache, if it has been of no use for more than so many days. */
export interface RemoveImageAction {
  readonly kind: 'remove-image';
  readonly path: string;
  readonly days: number;
}

/** Put an image into the cache: download, verify, unpack, then give it its final name. */
export interface FetchImageAction {
  readonly kind: 'fetch-image';
  readonly url: string;
  /** Where it will be, as `findImage` told it. */
  readonly path: string;
  /** The file of that name, whose place it takes; undefined: there is none. */
  readonly replaces: FileIdentity | undefined;
  readonly trust: ImageTrust;
  /** Other places that have the same file, tried in turn when the URL gives nothing. */
  readonly mirrors: readonly string[];
  readonly network: NetworkSettings;
  readonly limits: ByteLimits;
  readonly retries: number;
  readonly retryDelay: number;
  /** Who downloads it where the cache is a storage behind the API; undefined: whoever can. */
  readonly via?: 'auto' | 'controller' | 'node' | undefined;
}

/** Wait, up to a limit, until the guest gives a sign of life. */
export interface WaitGuestAction {
  readonly kind: 'wait-guest';
  readonly vmid: number;
  readonly sign: 'agent' | 'address' | 'ssh' | 'cloud-init';
  /** Addresses that the guest has by its settings. */
  readonly addresses: readonly string[];
  readonly timeoutSeconds: number;
}

/** Start a guest, if it does not run, and look whether it comes up well, up to a limit; what that came to is kept, to be read. */
export interface TestGuestAction {
  readonly kind: 'test-guest';
  readonly vmid: number;
  readonly sign: 'agent' | 'cloud-init';
  /** For `/bin/sh` in the guest; each must end with 0. */
  readonly commands: readonly string[];
  readonly timeoutSeconds: number;
}

/** A lane that cannot be walked, so that the others still are; it fails with the reason. */
interface RefuseAction {
  readonly kind: 'refuse';
  readonly reason: string;
}

/** What is done to Proxmox VE. */
export type ClusterAction =
  | QmAction
  | ImportAction
  | PutSnippetAction
  | RemoveSnippetAction
  | PutDriveAction
  | AllocateVolumeAction
  | FreeVolumeAction
  | WaitWorkAction
  | FetchImageAction
  | NoteImageAction
  | RemoveImageAction
  | WaitGuestAction
  | TestGuestAction;

export type Action = ClusterAction | RefuseAction;

/** When a VM takes a change: at once, at its next start, or only while it is stopped. */
export type Effect = 'live' | 'reboot' | 'stop';

/** One setting before and after, as the user would write it. Secrets are masked by the runtime. */
export interface Change {
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Told where it depends on the setting. */
  readonly effect?: Effect;
}

export interface Step {
  /** What the step does, in the infinitive: "import /x.img into local as scsi0". */
  readonly summary: string;
  readonly action: Action;
  readonly changes?: readonly Change[];
  /** What the lane works on when there are several, such as the name of a clone. */
  readonly subject?: string;
  /** Nothing that can be observed tells whether it was done: that it was not must be remembered. */
  readonly isTraceless?: true;
  /** Done for its own sake, such as waiting: what there is stays as it is. */
  readonly changesNothing?: true;
  /** Its failure is not the run's: it ends the lane, and the next look, which is told the reason, plans the way out. */
  readonly isAttempt?: true;
}

/** Steps that run one after the other; several lanes run at once, each failing apart. */
export type Lane = readonly Step[];

/** An operation of PVE on one VM; properties that are undefined are left out. */
export function qm(verb: QmVerb, vmid: number, properties: QmProperties = {}): QmAction {
  return { kind: 'qm', verb, vmid, properties };
}

/** The operation on a VM that an action is; undefined where it is of another kind. */
export function qmOf(action: Action): QmAction | undefined {
  if (action.kind === 'qm') return action;
  return action.kind === 'import-image' ? qm('set', action.vmid, action.properties) : undefined;
}

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

/** What tells that a file is still the one that was looked at. Nanoseconds and inodes do not fit a number. */
export interface FileIdentity {
  /** Bytes. */
  readonly size: number;
  readonly inode: string;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
}

/** A file that must stay what it was when it was checked, for as long as it is used. */
export interface CheckedFile {
  readonly path: string;
  readonly identity: FileIdentity;
}

/** An operation of PVE as data. How it travels (a `qm` call, REST) is not its business. */
export interface QmAction {
  readonly kind: 'qm';
  readonly verb: QmVerb;
  readonly vmid: number;
  readonly properties: QmProperties;
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

/** Write a file atomically, owned by root and PVE's group www-data; nothing is left of it when it fails. */
interface WriteFileAction {
  readonly kind: 'write-file';
  readonly path: string;
  readonly content: string;
  /** Permission bits, for example 0o640. */
  readonly mode: number;
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

/** Remove an image from the cache, if it has been of no use for more than so many days. */
export interface RemoveImageAction {
  readonly kind: 'remove-image';
  readonly path: string;
  readonly days: number;
}

interface RemoveFileAction {
  readonly kind: 'remove-file';
  readonly path: string;
}

/** Put an image into the cache: download, verify, unpack, then give it its final name. */
export interface FetchImageAction {
  readonly kind: 'fetch-image';
  readonly url: string;
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
}

/** How much may be written, whatever a server says or an archive holds. */
export interface ByteLimits {
  /** Bytes of a file, packed or not; undefined: as many as there is space for. */
  readonly maxSize: number | undefined;
  /** Bytes of the file system that stay free. */
  readonly reserve: number;
}

/** How servers are reached, and who we are to the one that has the image. */
export interface NetworkSettings {
  /** URL of a proxy; undefined: the environment's, else the cluster's. */
  readonly proxy: string | undefined;
  readonly validateCerts: boolean;
  /** File of certificates that are trusted besides the system's. */
  readonly caPath: string | undefined;
  /** Only the server of the image itself gets headers and login. */
  readonly login: Login | undefined;
  /** Seconds without a connection or an answer. */
  readonly connectTimeout: number;
  /** Seconds without a byte of the file. */
  readonly stallTimeout: number;
}

export interface Login {
  /** URL of the image: whoever asks another server shows it nothing. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

export interface ImageChecksum {
  readonly algorithm: 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';
  /** Lower-case hexadecimal digest, or the URL of a file that lists it. */
  readonly digest: string | { readonly url: string };
}

/** A detached signature, or one inside of a sums file, and the keys that may have made it. */
export interface ImageSignature {
  /** URLs, the first that exists counts; empty: the sums file itself is a signed message. */
  readonly urls: readonly string[];
  /** Fingerprints of the primary keys that may sign; empty: any key of the keyring. */
  readonly fingerprints: readonly string[];
  /** Files on the node, or https URLs, that hold public keys; the first that exists counts. */
  readonly keyrings: readonly string[];
}

/** What must vouch for an image before it is used. */
export interface ImageTrust {
  /** The user's own checksum: always binding. */
  readonly checksum: ImageChecksum | undefined;
  /** A sums file that lists the image. */
  readonly list: { readonly url: string; readonly algorithm: ImageChecksum['algorithm'] } | undefined;
  /** Over the sums file where there is one, else over the image itself. */
  readonly signature: ImageSignature | undefined;
  /** `signed`: nothing but a good signature is enough; `checksum`: a checksum is; `warn`: nothing is, but it is told. */
  readonly policy: 'signed' | 'checksum' | 'warn' | 'unsigned';
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
  | WriteFileAction
  | RemoveFileAction
  | FreeVolumeAction
  | WaitWorkAction
  | FetchImageAction
  | RemoveImageAction
  | WaitGuestAction;

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

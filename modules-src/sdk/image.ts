/** What tells that a file is still the one that was looked at. Nanoseconds and inodes do not fit a number. */
export interface FileIdentity {
  /** Bytes. */
  readonly size: number;
  readonly inode: string;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
}

/** An image that must stay what it was when it was checked, for as long as it is used. */
export interface CheckedFile {
  /** File, or volume of a storage. */
  readonly path: string;
  readonly identity: FileIdentity;
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

/** An image as it is named after it was fetched. */
export interface NamedImage {
  /** URL, or a file on the node. */
  readonly image: string;
  /** Directory or storage that is the cache. */
  readonly place: string;
  readonly checksum: string | undefined;
}

/** What was noted of an image when it was fetched. */
export interface ImageReading {
  /** `<algorithm>:<hex>` of the image as it is in the cache. */
  readonly digest: string;
  /** Bytes that the guest sees. */
  readonly virtualSize: number;
  /** Bytes of the file; undefined where there is none any more. */
  readonly bytes: number | undefined;
}

export interface WantedImage {
  /** Without a login. */
  readonly url: string;
  readonly trust: ImageTrust;
}

/** An image that is wanted in the cache, and how closely what is there is to be looked at. */
export interface ImageWish extends WantedImage {
  /** Directory or storage that is the cache. */
  readonly place: string;
  readonly network: NetworkSettings;
  readonly retries: number;
  /** Seconds. */
  readonly retryDelay: number;
  /** Hash the file, whatever its record says. */
  readonly isDoubted: boolean;
  /** Ask whether there is a newer version. */
  readonly isRefreshed: boolean;
  /** Fetch it whatever is there. */
  readonly isForced: boolean;
  /** No other run may remove what is there before it is imported. */
  readonly isHeld: boolean;
  /** No server is asked and no file is hashed: what is not known without that is refused. */
  readonly isGlance?: boolean;
}

/** What a download would bring, next to what is in the cache; `same` also where nobody was asked. */
export type News = 'same' | 'another' | 'unknown';

/** What there is of a wanted image. */
export interface FoundImage {
  /** Where the image is, or will be: a file, or a volume of a storage. */
  readonly path: string;
  readonly cached: CachedImage;
  /** The image was fetched after this module had started. */
  readonly fetchedNow: boolean;
  readonly news: News;
  /** Why nobody could be asked for another version. */
  readonly refreshFailure: string | undefined;
  /** The file was hashed since this module had started. */
  readonly wasHashed: boolean;
  /** Of a file that has no record yet. */
  readonly info: { readonly format: string; readonly virtualSize: number } | undefined;
  /** Somebody's own file, which has the name that the image should have had. */
  readonly kept?: { readonly path: string; readonly why: string };
}

/** What was seen of an image in the cache. */
export interface CachedImage {
  /** Undefined when there is no file. */
  readonly file: FileIdentity | undefined;
  readonly record: ImageRecord | undefined;
  /** `<algorithm>:<hex>` of the file as it is now, computed only where the record cannot answer. */
  readonly digests: readonly string[];
  /** What the image must be, looked up only where the record cannot answer. */
  readonly proof: Proof | undefined;
  /** The digests count, whatever the record says of the file's times. */
  readonly isRehashed?: boolean;
  /** The name is that of a link. */
  readonly isLink?: boolean;
  /** Others than root can exchange it, or what it leads to. */
  readonly isExposed?: boolean;
  /** Its side file is none of ours. */
  readonly hasForeignNote?: boolean;
}

/** What an image must be, and who says so. */
export interface Proof {
  /** `<algorithm>:<hex>`, each of which the download must have. */
  readonly digests: readonly string[];
  /** For the record: `<algorithm>:<hex>`, `<algorithm>:<URL of the list>`, `signature:<fingerprint>`. */
  readonly verified: readonly string[];
  /** Text of the sums file. */
  readonly list?: string;
}

/** What is known about an image in the cache. */
export interface ImageRecord {
  readonly url: string;
  /** `<algorithm>:<hex>` of what was downloaded. */
  readonly digest: string;
  /** `<algorithm>:<hex>` of the file in the cache; differs from `digest` when the download was compressed. */
  readonly content: string;
  /** What vouches for it: `sha256:<hex>`, `sha256:<URL of a list>`, `signature:<fingerprint>`; empty: nothing. */
  readonly verified: readonly string[];
  readonly identity: FileIdentity;
  readonly format: string;
  /** Bytes that the guest sees. */
  readonly virtualSize: number;
  /** When the download was complete, ISO 8601. */
  readonly fetched: string;
  /** When a run that wants the image saw it, to some hours: nothing removes it before that run has imported it. */
  readonly wanted?: string;
  /** What the server said about the version of the file. */
  readonly etag?: string;
  readonly lastModified?: string;
  /** Name of the dated build that a name such as `latest` stood for. */
  readonly build?: string;
  /** How it came here. */
  readonly transfer?: ImageTransfer;
  /** Its owner had put it there before; it is used, and never replaced or removed. */
  readonly adopted?: true;
}

export interface ImageTransfer {
  /** Bytes that came over the network. */
  readonly bytes: number;
  readonly seconds: number;
  /** Bytes that an earlier run had brought. */
  readonly resumedFrom: number;
  /** The mirror that they came from; absent: the URL itself. */
  readonly mirror?: string;
}

/** An image of ours that nobody needs any more. */
export interface UnusedImage {
  readonly path: string;
  /** Since it was last of use. */
  readonly days: number;
}

/** How much of an image is there while it is downloaded. */
export interface PartialImage {
  readonly bytes: number;
  /** Bytes of the whole file, where the server has told. */
  readonly total: number | undefined;
}

/** An image as a disk is made of it. */
export interface ImageSource {
  /** What Proxmox VE is told to import: a file, or a volume of a storage. */
  readonly path: string;
  /** Undefined when it is not there, or was not to be looked at. */
  readonly image: (Omit<CheckedFile, 'path'> & Pick<ImageReading, 'virtualSize'>) | undefined;
  /** `<algorithm>:<hex>`, where it was fetched by us. */
  readonly digest: string | undefined;
}

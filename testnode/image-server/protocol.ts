import type { SigningKey } from './openpgp.ts';

/** What goes wrong with a download. `times` is for how many requests; without it, for all. */
export type Fault = { readonly times?: number } & (
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'stall'; readonly afterBytes: number }
  | { readonly kind: 'wrong-length'; readonly length: number }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }
  | { readonly kind: 'no-range' }
  | { readonly kind: 'redirect'; readonly status?: number; readonly location: string }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
);

/** Faults by URL; those of one URL follow each other, each for its number of requests. */
export type Faults = Readonly<Record<string, readonly Fault[]>>;

/** Files by the URL under which they are served. */
export type ServedFiles = Readonly<Record<string, string>>;

/** A URL as files and faults are looked up by: a query makes no other file, and a character may be written in two ways. */
export function lookupKey(url: string): string {
  const plain = url.replace(/\?.*$/, '');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

/** One request that the server has answered, or broken off. */
export interface ServedRequest {
  /** ISO 8601. */
  readonly time: string;
  readonly method: string;
  readonly url: string;
  readonly range: string | undefined;
  readonly status: number;
  /** Bytes of the body that were handed to the network. */
  readonly bytes: number;
}

/** What the server is started with; written to a file. */
export interface ServerConfig {
  readonly address: string;
  /** Unix socket on which tests set faults and read the log. */
  readonly controlSocket: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly files: ServedFiles;
  /** Signs the checksum files of Ubuntu's images. */
  readonly signingKey: SigningKey;
  /** Hosts that let nobody in: every request is answered 401. */
  readonly deniedHosts: readonly string[];
}

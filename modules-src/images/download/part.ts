import type { IncomingMessage } from 'node:http';
import { statOf } from '../../system/files.ts';
import { readClaim } from '../claimed-file.ts';

/** Which version of which file a partial download is of. */
export interface PartOrigin {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** Bytes of the whole file; undefined when the server does not say. */
  readonly total?: number;
}

/** A partial download that may be resumed. */
export interface Part {
  readonly origin: PartOrigin;
  /** Bytes that are there and can be relied on. */
  readonly size: number;
}

/**
 * What an earlier run left of a download from that URL; undefined when there is nothing to go on with. Without a sign
 * of the version the rest could be of another one: good enough only where a checksum will tell.
 */
export async function readPart(
  path: string,
  url: string,
  willBeVerified: boolean,
): Promise<Part | undefined> {
  const [size, origin] = await Promise.all([fileSize(path), readClaim(path)]);
  if (size === undefined || size === 0 || !isOrigin(origin) || origin.url !== url) return undefined;
  return willBeVerified || validatorOf(origin) !== undefined ? { origin, size } : undefined;
}

/** A weak entity tag does not promise that the bytes are the same. */
const validatorOf = ({ etag, lastModified }: PartOrigin): string | undefined =>
  etag?.startsWith('W/') === false ? etag : lastModified;

export function originOf(response: IncomingMessage, url: string): PartOrigin {
  const { etag, 'last-modified': lastModified, 'content-length': length } = response.headers;
  return {
    url,
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
    ...(length !== undefined && { total: Number(length) }),
  };
}

/**
 * Headers that ask for the rest, or for the whole file if it is no longer the same. At least the last byte is asked
 * for, so that a part that is complete is confirmed by the server too.
 */
export function resumeHeaders({ origin, size }: Part): Record<string, string> {
  const validator = validatorOf(origin);
  return {
    Range: `bytes=${resumeOffset({ origin, size })}-`,
    ...(validator !== undefined && { 'If-Range': validator }),
  };
}

export function resumeOffset({ origin, size }: Part): number {
  return origin.total === undefined ? size : Math.min(size, origin.total - 1);
}

/** Whether a 206 answer goes on exactly where the part ends, with the same version of the file. */
export function continues(response: IncomingMessage, part: Part): boolean {
  const range = response.headers['content-range'] ?? '';
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
  const { etag, 'last-modified': lastModified } = response.headers;
  return (
    Number(start) === resumeOffset(part) &&
    (part.origin.total === undefined || total === '*' || Number(total) === part.origin.total) &&
    (etag === undefined || etag === part.origin.etag) &&
    (lastModified === undefined || lastModified === part.origin.lastModified)
  );
}

function isOrigin(value: unknown): value is PartOrigin {
  if (typeof value !== 'object' || value === null) return false;
  const types = new Map(Object.entries(value).map(([key, item]) => [key, typeof item]));
  return (
    types.get('url') === 'string' &&
    ['etag', 'lastModified'].every(key => ['string', undefined].includes(types.get(key))) &&
    ['number', undefined].includes(types.get('total'))
  );
}

export async function fileSize(path: string): Promise<number | undefined> {
  return (await statOf(path))?.size;
}

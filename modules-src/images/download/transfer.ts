import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { shownUrl, withoutLogin } from '../../pve/images/file.ts';
import {
  continues,
  fileSize,
  originOf,
  readPart,
  resumeHeaders,
  resumeOffset,
  type Part,
  type PartOrigin,
} from './part.ts';
import { claimFile, removeClaimed } from '../claimed-file.ts';
import { hashFile } from '../../system/file-digest.ts';
import { withHash, type HashThread } from '../../system/hash-thread.ts';
import { UserError } from '../../sdk/error.ts';
import { isFull, limitFor, shownSize, type SizeLimit } from '../../system/disk-space.ts';
import { HttpFailure, networkFailure, statusFailure } from '../../http/failure.ts';
import { httpGet } from '../../http/get.ts';
import type { Transport } from '../../http/request.ts';
import { isMarkup } from '../../pve/images/header.ts';
import { receive } from './receive.ts';
import { withRetries, type Patience } from '../../http/retry.ts';
import type { ByteLimits } from '../../sdk/image.ts';

export interface Download extends Patience {
  readonly url: string;
  /** File that takes what comes; kept when it breaks off, so that the next try or run goes on with it. */
  readonly part: string;
  readonly algorithm: string;
  /** A checksum will prove the file: a part may be gone on with though nothing tells its version. */
  readonly willBeVerified: boolean;
  readonly limits: ByteLimits;
}

export interface Downloaded {
  /** `<algorithm>:<hex>` */
  readonly digest: string;
  readonly origin: PartOrigin;
  /** Where redirects led. */
  readonly finalUrl: string;
  readonly transfer: Transfer;
}

/** What bringing a file took. */
interface Transfer {
  /** Bytes that came, those that came twice included. */
  readonly bytes: number;
  readonly seconds: number;
  /** Bytes that an earlier run had brought. */
  readonly resumedFrom: number;
}

/** What the tries of one download have come to so far. */
interface Tally {
  bytes: number;
  resumedFrom: number | undefined;
}

type Taken = Pick<Downloaded, 'digest' | 'origin'>;
type Tried = Pick<Downloaded, 'digest' | 'origin' | 'finalUrl'>;

/** Progress that makes a failed try worth another one that does not count. */
const PROGRESS = 1024 ** 2;

/** Downloads a file, trying again after failures that are known to pass, each time from where the last one ended. */
export async function download(wanted: Download, transport: Transport): Promise<Downloaded> {
  const began = performance.now();
  const tally: Tally = { bytes: 0, resumedFrom: undefined };
  const tried = await withProgress(wanted, () => downloadOnce(wanted, transport, tally)).catch(
    async (error: unknown) => {
      // What fills the disk, or would, is nothing to go on with.
      if (error instanceof UserError || isFull(error)) await removeClaimed(wanted.part);
      throw about(wanted.url, error);
    },
  );
  const seconds = (performance.now() - began) / 1000;
  return { ...tried, transfer: { bytes: tally.bytes, seconds, resumedFrom: tally.resumedFrom ?? 0 } };
}

/** What was wrong with a file is told with where it came from. */
export const about = (url: string, error: unknown): unknown =>
  error instanceof UserError && !error.message.startsWith('cannot ')
    ? new UserError(`cannot fetch ${shownUrl(url)}: ${error.message}`)
    : error;

/** Tries that brought the file forward do not count. */
async function withProgress<T>(wanted: Download, work: () => Promise<T>): Promise<T> {
  let farthest = (await fileSize(wanted.part)) ?? 0;
  const madeProgress = async (): Promise<boolean> => {
    const reached = (await fileSize(wanted.part)) ?? 0;
    const progress = reached >= farthest + PROGRESS;
    farthest = Math.max(farthest, reached);
    return progress;
  };
  return withRetries(work, wanted, madeProgress);
}

async function downloadOnce(wanted: Download, transport: Transport, tally: Tally): Promise<Tried> {
  const part = await readPart(wanted.part, shownUrl(wanted.url), wanted.willBeVerified);
  return withHash(wanted.algorithm, async hash => {
    // Before the request: a server does not wait while a large part is read.
    if (part !== undefined) await hashFile(wanted.part, [hash], resumeOffset(part));
    const headers = part === undefined ? {} : resumeHeaders(part);
    const query = { url: wanted.url, headers };
    const { response, url } = await httpGet(query, transport);
    try {
      const taken = await take(response, wanted, part, hash, tally);
      if (taken !== undefined) return { ...taken, finalUrl: withoutLogin(url.href) };
      if (part === undefined || ![200, 206, 416].includes(response.statusCode ?? 0))
        throw statusFailure(response, url.host);
    } catch (error) {
      throw networkFailure(error, url.host);
    } finally {
      response.destroy();
    }
    // The server has another version, or no rest to send.
    await removeClaimed(wanted.part);
    return downloadOnce(wanted, transport, tally);
  });
}

/** What the answer brings, if it is what was asked for. */
async function take(
  response: IncomingMessage,
  wanted: Download,
  part: Part | undefined,
  hash: HashThread,
  tally: Tally,
): Promise<Taken | undefined> {
  if (part === undefined)
    return response.statusCode === 200 ? takeWhole(response, wanted, hash, tally) : undefined;
  return response.statusCode === 206 && continues(response, part)
    ? takeRest(response, wanted, part, hash, tally)
    : undefined;
}

async function takeWhole(
  response: IncomingMessage,
  wanted: Download,
  hash: HashThread,
  tally: Tally,
): Promise<Taken> {
  const origin = originOf(response, shownUrl(wanted.url));
  const limit = await limitFor(dirname(wanted.part), wanted.limits, origin.total);
  // Noted before the first byte is written, so that a killed run leaves something to go on with.
  await claimFile(wanted.part, origin);
  tally.resumedFrom ??= 0;
  const refuseMarkup = firstOnly((chunk: Buffer) => requireNoMarkup(chunk, wanted.url));
  const count = counter(limit);
  await receive(response, wanted.part, 0, chunk => {
    refuseMarkup(chunk);
    count(chunk);
    hash.update(chunk);
    tally.bytes += chunk.length;
  });
  await requireLength(wanted, origin.total);
  return { digest: `${wanted.algorithm}:${await hash.digest()}`, origin };
}

async function takeRest(
  response: IncomingMessage,
  wanted: Download,
  part: Part,
  hash: HashThread,
  tally: Tally,
): Promise<Taken> {
  const offset = resumeOffset(part);
  const rest = part.origin.total === undefined ? undefined : part.origin.total - offset;
  const limit = await limitFor(dirname(wanted.part), wanted.limits, rest, offset);
  tally.resumedFrom ??= offset;
  const count = counter(limit, rest);
  await receive(response, wanted.part, offset, chunk => {
    count(chunk);
    hash.update(chunk);
    tally.bytes += chunk.length;
  });
  await requireLength(wanted, part.origin.total);
  return { digest: `${wanted.algorithm}:${await hash.digest()}`, origin: part.origin };
}

/** Sees to it that no more comes than may, or than was announced. */
function counter({ bytes, refuse }: SizeLimit, announced = Infinity): (chunk: Buffer) => void {
  let left = Math.min(bytes, announced);
  return chunk => {
    left -= chunk.length;
    if (left >= 0) return;
    if (bytes < announced) refuse();
    throw new UserError('more came than its server had announced; check the URL');
  };
}

function firstOnly<T>(look: (value: T) => void): (value: T) => void {
  let isFirst = true;
  return value => {
    if (isFirst) look(value);
    isFirst = false;
  };
}

/** A login page of a network or an error page that says 200 is no file. */
function requireNoMarkup(start: Buffer, url: string): void {
  if (!isMarkup(start)) return;
  const { host } = new URL(url);
  throw new HttpFailure(`${host} sent a web page instead of a file; check the URL and the proxy`, false);
}

async function requireLength({ part, url }: Download, total: number | undefined): Promise<void> {
  const size = (await fileSize(part)) ?? 0;
  const { host } = new URL(url);
  if (size === 0) throw new HttpFailure(`${host} sent an empty file; check the URL`, false);
  if (total !== undefined && size !== total)
    throw new HttpFailure(`${host} sent ${shownSize(size)} of ${shownSize(total)}`, true);
}

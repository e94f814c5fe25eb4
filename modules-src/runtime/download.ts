import { createHash, type Hash } from 'node:crypto';
import { truncate } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { withoutLogin } from '../pve/image-file.ts';
import {
  continues,
  fileSize,
  originOf,
  readPart,
  removePart,
  resumeHeaders,
  resumeOffset,
  writeOrigin,
  type Part,
  type PartOrigin,
} from './download-part.ts';
import { hashFile } from './file-digest.ts';
import { requireSpace, shownSize } from './disk-space.ts';
import { HttpFailure, networkFailure, statusFailure } from './http-failure.ts';
import { httpGet } from './http-get.ts';
import type { Transport } from './http-request.ts';
import { isMarkup } from './image-info.ts';
import { receive } from './receive.ts';
import { withRetries, type Patience } from './retry.ts';

export interface Download extends Patience {
  readonly url: string;
  /** File that takes what comes; kept when it breaks off, so that the next try or run goes on with it. */
  readonly part: string;
  readonly algorithm: string;
  /** A checksum will prove the file: it may come by http after a redirect. */
  readonly willBeVerified: boolean;
}

export interface Downloaded {
  /** `<algorithm>:<hex>` */
  readonly digest: string;
  readonly origin: PartOrigin;
  /** Bytes that an earlier try had brought. */
  readonly resumedFrom: number;
}

/** Progress that makes a failed try worth another one that does not count. */
const PROGRESS = 1024 ** 2;

/** Downloads a file, trying again after failures that are known to pass, each time from where the last one ended. */
export async function download(wanted: Download, transport: Transport): Promise<Downloaded> {
  let farthest = (await fileSize(wanted.part)) ?? 0;
  const madeProgress = async (): Promise<boolean> => {
    const reached = (await fileSize(wanted.part)) ?? 0;
    const progress = reached >= farthest + PROGRESS;
    farthest = Math.max(farthest, reached);
    return progress;
  };
  return withRetries(() => downloadOnce(wanted, transport), wanted, madeProgress);
}

async function downloadOnce(wanted: Download, transport: Transport): Promise<Downloaded> {
  const part = await readPart(wanted.part, withoutLogin(wanted.url));
  const hash = createHash(wanted.algorithm);
  // Before the request: a server does not wait while a large part is read.
  if (part !== undefined) await hashFile(wanted.part, [hash], resumeOffset(part));
  const headers = part === undefined ? {} : resumeHeaders(part);
  const query = { url: wanted.url, headers, allowDowngrade: wanted.willBeVerified };
  const { response, url } = await httpGet(query, transport);
  try {
    if (response.statusCode === 200) return await takeWhole(response, wanted);
    if (response.statusCode === 206 && part !== undefined && continues(response, part))
      return await takeRest(response, wanted, part, hash);
    if (part !== undefined && [206, 416].includes(response.statusCode ?? 0)) {
      await removePart(wanted.part);
      return await downloadOnce(wanted, transport);
    }
    throw statusFailure(response, url.host);
  } catch (error) {
    throw networkFailure(error, url.host);
  } finally {
    response.destroy();
  }
}

async function takeWhole(response: IncomingMessage, wanted: Download): Promise<Downloaded> {
  const origin = originOf(response, withoutLogin(wanted.url));
  await requireSpace(dirname(wanted.part), origin.total ?? 0);
  await removePart(wanted.part);
  await writeOrigin(wanted.part, origin);
  const hash = createHash(wanted.algorithm);
  await receive(withoutMarkup(response, new URL(wanted.url).host), wanted.part, 0, hash);
  await requireLength(wanted, origin.total);
  return { digest: `${wanted.algorithm}:${hash.digest('hex')}`, origin, resumedFrom: 0 };
}

async function takeRest(
  response: IncomingMessage,
  wanted: Download,
  part: Part,
  hash: Hash,
): Promise<Downloaded> {
  const offset = resumeOffset(part);
  await requireSpace(dirname(wanted.part), (part.origin.total ?? offset) - offset);
  await truncate(wanted.part, offset);
  await receive(response, wanted.part, offset, hash);
  await requireLength(wanted, part.origin.total);
  return { digest: `${wanted.algorithm}:${hash.digest('hex')}`, origin: part.origin, resumedFrom: offset };
}

/** A login page of a network or an error page that says 200 is no file. */
async function* withoutMarkup(response: IncomingMessage, host: string): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (first && isMarkup(chunk)) {
      throw new HttpFailure(`${host} sent a web page instead of a file; check the URL and the proxy`, false);
    }
    first = false;
    yield chunk;
  }
}

async function requireLength({ part, url }: Download, total: number | undefined): Promise<void> {
  const size = (await fileSize(part)) ?? 0;
  const { host } = new URL(url);
  if (size === 0) throw new HttpFailure(`${host} sent an empty file; check the URL`, false);
  if (total !== undefined && size !== total)
    throw new HttpFailure(`${host} sent ${shownSize(size)} of ${shownSize(total)}`, true);
}

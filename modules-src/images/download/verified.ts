import { shownUrl } from '../../pve/images/file.ts';
import { download, type Download, type Downloaded } from './transfer.ts';
import { removeClaimed } from '../claimed-file.ts';
import { fileDigests } from '../../system/file-digest.ts';
import type { Transport } from '../../http/request.ts';
import { UserError } from '../../sdk/error.ts';

/**
 * Downloads what has all of the expected `<algorithm>:<hex>`, the first of which is computed on the way. A download that
 * was resumed and does not fit is tried once from the start: the part may have been spoilt.
 */
export async function downloadVerified(
  wanted: Download,
  [first, ...others]: readonly string[],
  transport: Transport,
): Promise<Downloaded> {
  let downloaded = await download(wanted, transport);
  if (downloaded.transfer.resumedFrom > 0 && !isAsExpected(downloaded, first)) {
    await removeClaimed(wanted.part);
    downloaded = await download(wanted, transport);
  }
  if (!isAsExpected(downloaded, first)) return refuse(wanted, downloaded.digest, first);
  for (const other of others) {
    const [found] = await fileDigests(wanted.part, [other.slice(0, other.indexOf(':'))]);
    if (found !== other) return refuse(wanted, found, other);
  }
  return downloaded;
}

const isAsExpected = ({ digest }: Downloaded, expected: string | undefined): boolean =>
  expected === undefined || digest === expected;

async function refuse(
  { url, part }: Download,
  found: string | undefined,
  wanted: string | undefined,
): Promise<never> {
  await removeClaimed(part);
  throw new UserError(
    `cannot fetch ${shownUrl(url)}: what came has ${found ?? 'no digest'}, wanted is ${wanted ?? ''}; ` +
      'correct the checksum if the publisher has replaced the image, else do not trust the source',
  );
}

import { withoutLogin } from '../../pve/image-file.ts';
import { download, type Download, type Downloaded } from '../../runtime/download.ts';
import { removePart } from '../../runtime/download-part.ts';
import type { Transport } from '../../runtime/http-request.ts';
import { UserError } from '../../sdk/error.ts';

/** A download that was resumed and does not fit is tried once from the start: the part may have been spoilt. */
export async function downloadVerified(
  wanted: Download,
  expected: string | undefined,
  transport: Transport,
): Promise<Downloaded> {
  let downloaded = await download(wanted, transport);
  if (isAsExpected(downloaded, expected)) return downloaded;
  await removePart(wanted.part);
  if (downloaded.resumedFrom > 0) downloaded = await download(wanted, transport);
  if (isAsExpected(downloaded, expected)) return downloaded;
  await removePart(wanted.part);
  throw new UserError(
    `cannot fetch ${withoutLogin(wanted.url)}: what came has ${downloaded.digest}, wanted is ${expected ?? ''}; ` +
      'correct the checksum if the publisher has replaced the image, else do not trust the source',
  );
}

const isAsExpected = ({ digest }: Downloaded, expected: string | undefined): boolean =>
  expected === undefined || digest === expected;

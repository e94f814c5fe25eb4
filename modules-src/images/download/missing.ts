import { statusFailure, type HttpFailure } from '../../http/failure.ts';
import { httpGet } from '../../http/get.ts';
import type { Transport } from '../../http/request.ts';

const IS_MISSING: ReadonlySet<number | undefined> = new Set([404, 410]);

/** What a server says that has no such file, when none of them has it; undefined when one may have it. */
export async function whyMissing(
  urls: readonly string[],
  transport: Transport,
): Promise<HttpFailure | undefined> {
  const failures = [];
  for (const url of urls) {
    const { response, url: final } = await httpGet({ url, headers: { Range: 'bytes=0-0' } }, transport);
    response.destroy();
    if (!IS_MISSING.has(response.statusCode)) return undefined;
    failures.push(statusFailure(response, final.host));
  }
  return failures[0];
}

import { parseSize } from '../../pve/text/size.ts';
import { architectureOf } from '../../pve/text/architecture.ts';
import { checksumText } from '../../pve/images/checksum.ts';
import type { cacheOptions } from '../../pve/images/cache-options.ts';
import { networkSettings, type downloadOptions } from '../../pve/images/download-options.ts';
import { isSignature, type Verdict } from '../../pve/images/cache.ts';
import { verdictOn, whyKept } from '../../pve/images/ownership.ts';
import { isPackedName, isUntouched, urlFileName, shownUrl, withoutLogin } from '../../pve/images/file.ts';
import { trustOf, type TrustWishes } from '../../pve/images/trust.ts';
import type { Notices } from '../../sdk/define-module.ts';
import { transferReport } from './transfer-report.ts';
import { UserError } from '../../sdk/error.ts';
import type { ValuesOf } from '../../sdk/option.ts';
import type { Lane, Step } from '../../sdk/step.ts';
import type { CachedImage, FileIdentity, FoundImage, ImageRecord, ImageWish, News } from '../../sdk/image.ts';

export interface Wanted extends TrustWishes, ValuesOf<typeof downloadOptions>, ValuesOf<typeof cacheOptions> {
  readonly force_download: boolean;
  readonly retries: number;
  readonly retry_delay: number;
}

type Wish = Pick<ImageWish, 'url' | 'trust' | 'isForced'>;

export const wishOf = (wanted: Wanted): Wish => ({
  url: withoutLogin(wanted.url),
  trust: trustOf(wanted),
  isForced: wanted.force_download || wanted.refresh === 'always',
});

/** Nothing for a good image, its record where that lacks something, else a download. */
export function planFetch(wanted: Wanted, observed: FoundImage): Lane[] {
  const { cached } = observed;
  const verdict = verdictOn(wishOf(wanted), observed);
  if (!verdict.good) {
    refuseToReplace(wanted, observed);
    return [[fetchStep(wanted, observed, verdict.why)]];
  }
  const record = recordOf(wanted, observed, verdict);
  if (record === undefined || cached.hasForeignNote === true || isRecorded(record, cached)) return [];
  return [[noteStep(observed.path, record)]];
}

function refuseToReplace(wanted: Wanted, { path, cached }: FoundImage): void {
  const why = whyKept(cached);
  if (why === undefined) return;
  const url = shownUrl(wanted.url);
  const digest = isPackedName(url) ? undefined : cached.digests[0];
  throw new UserError(
    `cannot fetch ${url} into ${path}: ${why}, so it is not written over; move it away` +
      (digest === undefined ? '' : `, or set the checksum to ${digest} to use it as it is`),
  );
}

function fetchStep(wanted: Wanted, { path, cached }: FoundImage, why: string): Step {
  const { trust } = wishOf(wanted);
  const url = shownUrl(wanted.url);
  return {
    summary: `fetch ${url} into ${path}${cached.file === undefined ? '' : `, because ${why}`}`,
    action: {
      kind: 'fetch-image',
      url: wanted.url,
      path,
      replaces: cached.file,
      trust,
      mirrors: wanted.mirrors ?? [],
      network: networkSettings(wanted),
      limits: {
        maxSize: wanted.max_size === undefined ? undefined : parseSize(wanted.max_size),
        reserve: parseSize(wanted.reserve) ?? 0,
      },
      retries: wanted.retries,
      retryDelay: wanted.retry_delay,
      via: wanted.via,
    },
    changes: [
      {
        key: path,
        before: cached.record?.digest,
        after: trust.checksum === undefined ? url : checksumText(trust.checksum),
      },
    ],
  };
}

/** The record as it should be now; an image that has none gets one once a checksum has proved it. */
function recordOf(
  wanted: Wanted,
  { cached: { file, proof }, info }: FoundImage,
  { record, verified }: Extract<Verdict, { good: true }>,
): ImageRecord | undefined {
  if (file === undefined) return undefined;
  if (record !== undefined) return { ...record, verified, identity: file };
  const digest = proof?.digests[0];
  if (info === undefined || digest === undefined) return undefined;
  const url = shownUrl(wanted.url);
  const { format, virtualSize } = info;
  const fetched = modified(file);
  return {
    ...{ url, digest, content: digest, verified, identity: file, format, virtualSize, fetched },
    adopted: true,
  };
}

const modified = ({ mtimeNs }: FileIdentity): string =>
  new Date(Number(BigInt(mtimeNs) / 1_000_000n)).toISOString();

function isRecorded({ verified }: ImageRecord, { file, record }: CachedImage): boolean {
  return (
    file !== undefined &&
    record !== undefined &&
    isUntouched(record, file) &&
    verified.every(text => record.verified.includes(text))
  );
}

const noteStep = (path: string, record: ImageRecord): Step => ({
  summary: `note that ${path} was verified`,
  action: {
    kind: 'note-image',
    path,
    record,
  },
  changes: [
    { key: `${path} verified`, before: undefined, after: record.verified.join(', ') || record.content },
  ],
});

/** An image that nothing vouches for is used, but never silently. */
export function fetchNotices(wanted: Wanted, { cached: { record } }: FoundImage): Notices {
  const url = shownUrl(wanted.url);
  const { checksum, list } = trustOf(wanted);
  const isListed = checksum !== undefined || list !== undefined;
  if (isListed || (record?.verified.length ?? 0) > 0) return {};
  return {
    warnings: [
      `${url} IS NOT VERIFIED: no checksum was given, so nothing tells whether these are the publisher's bytes; ` +
        "set the checksum to sha256:<digest> or to sha256:<URL of the publisher's SHA256SUMS>",
    ],
  };
}

/** The same, why nobody could be asked for another version, and whose file was in the way. */
export function allNotices(wanted: Wanted, observed: FoundImage, first: FoundImage): Notices {
  const { refreshFailure, path } = observed;
  const { kept } = first;
  const { warnings = [] } = fetchNotices(wanted, observed);
  const unknown = `nothing tells whether there is another version: ${refreshFailure ?? ''}`;
  const stale = wishOf(wanted).isForced
    ? `${path} is to be fetched anew, and ${unknown}`
    : `${path} stays as it is, because ${unknown}`;
  const foreign = `${kept?.path ?? ''} stays as it is, because ${kept?.why ?? ''}; the image has the name ${path}`;
  return {
    warnings: [
      ...warnings,
      ...(refreshFailure === undefined ? [] : [stale]),
      ...(kept === undefined ? [] : [foreign]),
    ],
  };
}

/** What vouches for an image, by the strongest of its proofs. */
function proved({ verified }: ImageRecord): 'signature' | 'checksum' | 'none' {
  if (verified.some(isSignature)) return 'signature';
  return verified.length > 0 ? 'checksum' : 'none';
}

function knownBy({ fetchedNow, wasHashed }: FoundImage): 'download' | 'digest' | 'record' {
  if (fetchedNow) return 'download';
  return wasHashed ? 'digest' : 'record';
}

/** What check mode tells of an image that is not there as it is wanted. */
function missingReport(
  wanted: Wanted,
  verdict: Verdict,
  observed: FoundImage,
): Readonly<Record<string, unknown>> {
  if (verdict.good) return { summary: 'not verified' };
  const isThere = observed.cached.file !== undefined;
  const summary = isThere ? `to be fetched anew, because ${verdict.why}` : 'to be fetched';
  return { summary, next_image: nextImage(wanted, observed) };
}

/** That a download was asked for says nothing of what it brings. */
function nextImage(wanted: Wanted, observed: FoundImage): News {
  const verdict = verdictOn({ ...wishOf(wanted), isForced: false }, observed);
  if (verdict.good) return observed.news;
  return verdict.isOther === true ? 'another' : 'unknown';
}

export function fetchReport(wanted: Wanted, observed: FoundImage): Readonly<Record<string, unknown>> {
  const { path, fetchedNow } = observed;
  const base = { path, url: shownUrl(wanted.url) };
  const verdict = verdictOn(wishOf(wanted), observed);
  const record = verdict.good ? verdict.record : undefined;
  if (record === undefined)
    return { ...base, cached: verdict.good, ...missingReport(wanted, verdict, observed) };
  const architecture = architectureOf(urlFileName(record.url));
  const signer = record.verified.find(isSignature)?.replace(/^signature:/, '');
  return {
    ...base,
    summary: `${record.format}, ${record.verified.length > 0 ? `verified by ${proved(record)}` : 'not verified'}`,
    checksum: record.digest,
    verified: proved(record),
    ...(signer !== undefined && { signed_by: signer }),
    size: record.identity.size,
    virtual_size: record.virtualSize,
    format: record.format,
    ...(architecture !== undefined && { architecture }),
    ...(record.build !== undefined && { build: record.build }),
    cached: !fetchedNow,
    known_by: knownBy(observed),
    ...(fetchedNow ? transferReport(record.transfer) : {}),
  };
}

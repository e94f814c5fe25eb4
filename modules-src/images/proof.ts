import { digestFromList, listText } from '../pve/images/sums/list.ts';
import { checksumText } from '../pve/images/checksum.ts';
import { shownUrl } from '../pve/images/file.ts';
import { splitSignedMessage } from '../pve/images/signed-message.ts';
import { UserError } from '../sdk/error.ts';
import { HERE, optionName } from '../sdk/option-name.ts';
import type { Transport } from '../http/request.ts';
import { isMarkup } from '../pve/images/header.ts';
import { readSmallFile } from '../system/files.ts';
import { findVerifier, verifySignature } from './openpgp.ts';
import { StepError } from '../sdk/step-error.ts';
import { writePrivateFile } from '../system/private-files.ts';
import { withRetries, type Patience } from '../http/retry.ts';
import type { ImageSignature, ImageTrust, Proof } from '../sdk/image.ts';

/** How publishers' files are reached. */
export interface Source {
  readonly transport: Transport;
  readonly patience: Patience;
}

/** Something that would vouch cannot be had: no reason for distrust, but none for trust either. */
class Unavailable extends Error {}

/** Asks the sums file, and the signature over it, what the image must be; `source` is made only when there is one to ask. */
export async function proofOf(url: string, trust: ImageTrust, source: () => Promise<Source>): Promise<Proof> {
  const { checksum, list } = trust;
  const own = typeof checksum?.digest === 'string' ? [checksumText(checksum)] : [];
  if (list === undefined) return { digests: own, verified: own };
  const { text, signer } = await readList(url, list.url, trust, await source());
  const listed = digestFromList(text, { imageUrl: url, listUrl: list.url, algorithm: list.algorithm });
  return {
    digests: [...own, listed],
    verified: [
      ...own,
      checksumText({ algorithm: list.algorithm, digest: { url: list.url } }),
      ...(signer === undefined ? [] : [signatureText(signer)]),
    ],
    list: text,
  };
}

/** Verifies a signature over the image itself; answers what is to be recorded. */
export async function verifyImage(
  file: string,
  url: string,
  signature: ImageSignature,
  source: Source,
): Promise<string> {
  try {
    const bytes = await firstOf(signature.urls, location => fetched(location, source));
    return signatureText(await verified(file, bytes, signature, shownUrl(url), source));
  } catch (error) {
    throw error instanceof Unavailable ? unverifiable(url, error.message) : error;
  }
}

const signatureText = (fingerprint: string): string => `signature:${fingerprint}`;

interface ReadList {
  readonly text: string;
  readonly signer?: string;
}

async function readList(
  imageUrl: string,
  listUrl: string,
  { signature, policy }: ImageTrust,
  source: Source,
): Promise<ReadList> {
  const bytes = await listBytes(imageUrl, listUrl, source);
  if (signature === undefined) return { text: listText(bytes) };
  try {
    return await signedList(bytes, listUrl, signature, source);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    // No signature where one is known to be made may be all that an attacker can bring about.
    const way =
      policy === 'warn'
        ? `; set ${optionName('cloud_image_verify')} to unsigned to do without the signature of its publisher`
        : '';
    throw unverifiable(imageUrl, `${error.message}${way}`);
  }
}

/** Only what the signature covers is answered. */
async function signedList(
  bytes: Buffer,
  listUrl: string,
  signature: ImageSignature,
  source: Source,
): Promise<ReadList> {
  const shownAs = shownUrl(listUrl);
  const inside = signature.urls.length === 0 ? splitSignedMessage(bytes.toString('utf8')) : undefined;
  if (signature.urls.length === 0 && inside === undefined)
    throw new Unavailable(`${shownAs} is not a signed message`);
  const text = inside?.text ?? listText(bytes);
  const detached =
    inside === undefined
      ? await firstOf(signature.urls, location => fetched(location, source))
      : Buffer.from(inside.signature);
  const file = writePrivateFile(inside === undefined ? bytes : text);
  return { text, signer: await verified(file, detached, signature, shownAs, source) };
}

async function verified(
  file: string,
  signature: Buffer,
  { keyrings, fingerprints }: ImageSignature,
  shownAs: string,
  source: Source,
): Promise<string> {
  const verifier = await findVerifier();
  if (verifier === undefined) throw new Unavailable(`${HERE} has neither gpgv nor sqv; install one of them`);
  const keyring = await firstOf(keyrings, location => keysAt(location, source));
  return verifySignature({ file, signature, keyring, fingerprints }, verifier, shownAs);
}

/** The first that can be had; else the reason of the last one. */
async function firstOf(
  locations: readonly string[],
  get: (location: string) => Promise<Buffer>,
): Promise<Buffer> {
  let reason = new Unavailable('nothing says where it is');
  for (const location of locations) {
    try {
      return await get(location);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      reason = error;
    }
  }
  throw reason;
}

async function keysAt(location: string, source: Source): Promise<Buffer> {
  if (location.startsWith('https://')) return fetched(location, source);
  const keys = await readSmallFile(location);
  if (keys === undefined) throw new Unavailable(`there is no keyring ${location} on ${HERE}`);
  return keys;
}

async function fetched(url: string, { transport, patience }: Source): Promise<Buffer> {
  const { httpGetBytes } = await import('../http/get.ts');
  return withRetries(() => httpGetBytes(url, transport), patience).catch((error: unknown) => {
    if (!(error instanceof StepError)) throw error;
    throw new Unavailable(`${shownUrl(url)} cannot be had: ${error.message}`);
  });
}

async function listBytes(imageUrl: string, listUrl: string, source: Source): Promise<Buffer> {
  const list = await fetched(listUrl, source).catch((error: unknown) => {
    throw error instanceof Unavailable ? unverifiable(imageUrl, `no checksums: ${error.message}`) : error;
  });
  if (!isMarkup(list)) return list;
  throw unverifiable(imageUrl, `${shownUrl(listUrl)} is a web page, no list of checksums; check its URL`);
}

const unverifiable = (url: string, reason: string): UserError =>
  new UserError(`cannot verify ${shownUrl(url)}: ${reason}`);

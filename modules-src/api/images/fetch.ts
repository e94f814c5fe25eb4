import { createReadStream } from 'node:fs';
import { findImage as findHere } from '../../images/find-image.ts';
import { fetchImage as fetchHere } from '../../images/fetch-image.ts';
import { noteImage as noteHere, readImageRecord } from '../../images/record.ts';
import { removeUnused } from '../../images/remove-image.ts';
import { judge } from '../../pve/images/cache.ts';
import { isPackedName, shownUrl } from '../../pve/images/file.ts';
import { whyKept } from '../../pve/images/ownership.ts';
import type { FoundImage, ImageRecord, Login, Proof } from '../../sdk/image.ts';
import { StepError } from '../../sdk/step-error.ts';
import type { ClusterAction, FetchImageAction } from '../../sdk/step.ts';
import { statOf } from '../../system/files.ts';
import { waitForAnswer } from '../answer.ts';
import type { Api } from '../api.ts';
import { ApiFailure } from '../client/failure.ts';
import { uploadFile } from '../upload.ts';
import { published, storedRecord } from './find.ts';
import { controllerCache, sentName, storedImages, storedName, virtualSize, wholeVolumes } from './storage.ts';
import { storageOfVolume } from '../../pve/text/volume-id.ts';

/**
 * Brings an image to its storage: the node downloads it where it can be told a digest that is proved here, else it is
 * fetched, verified and unpacked on the controller, and sent.
 */
export const fetchImage = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'fetch-image' ? bring(api, action) : undefined;

async function bring(api: Api, action: FetchImageAction): Promise<void> {
  const storage = storageOfVolume(action.path);
  const url = shownUrl(action.url);
  const here = await lookHere(action, url);
  const isGood = action.replaces === undefined && judge({ url, trust: action.trust }, here.cached).good;
  if (!isGood) {
    requireOurs(here);
    // Where the controller has a file of it, what is noted there is about that file.
    const isHere = here.cached.file !== undefined;
    if (isHere && action.via === 'node') await removeUnused({ path: here.path, days: -1 }, []);
    const isNodesWork = action.via === 'node' || !isHere;
    if (isNodesWork && (await downloadOnNode(api, action, here.path, storage))) return;
    await fetchHere({ ...action, path: here.path, replaces: here.cached.file });
  }
  const record = await readImageRecord(here.path);
  if (record === undefined) throw new Error(`${here.path} has no record`);
  await send(api, storage, here.path, record, action.replaces !== undefined);
}

function requireOurs({ path, cached }: FoundImage): void {
  const why = whyKept(cached);
  if (why !== undefined)
    throw new StepError(`${path} on the controller is not written over: ${why}; move it away`, false);
}

const lookHere = (action: FetchImageAction, url: string): Promise<FoundImage> =>
  findHere(
    {
      ...action,
      url,
      place: '',
      isDoubted: false,
      isRefreshed: false,
      isForced: false,
      isHeld: false,
    },
    controllerCache(),
  );

/** Answers whether the node has it now; what it cannot do, the controller may. */
async function downloadOnNode(
  api: Api,
  action: FetchImageAction,
  note: string,
  storage: string,
): Promise<boolean> {
  const url = shownUrl(action.url);
  const proof = isForNode(action) ? await published({ ...action, url }) : undefined;
  const [digest] = proof?.digests ?? [];
  if (proof === undefined || digest === undefined) return refusedOnNode(action);
  const filename = storedName(url, digest);
  try {
    await orderDownload(api, storage, action, filename, digest);
  } catch (error) {
    if (action.via === 'node' || !(error instanceof StepError) || isNobodysWork(error)) throw error;
    return false;
  }
  await noteStored(api, { storage, filename, note, url, digest, proof });
  return true;
}

/** It sends no login, notes in the log of its task what it was told, knows no authority of ours, and unpacks nothing; a signature over the image needs the image here. */
const isForNode = ({ url, via, network, trust }: FetchImageAction): boolean =>
  via !== 'controller' &&
  !isPackedName(url) &&
  url === shownUrl(url) &&
  isAnonymous(network.login) &&
  network.caPath === undefined &&
  network.proxy === undefined &&
  (trust.signature === undefined || trust.list !== undefined);

const isAnonymous = (login: Login | undefined): boolean =>
  login === undefined ||
  (login.username === undefined && login.password === undefined && Object.keys(login.headers).length === 0);

function refusedOnNode({ url, via }: FetchImageAction): false {
  if (via !== 'node') return false;
  throw new StepError(
    `the node cannot download ${shownUrl(url)}: it needs a digest that is proved (a checksum, or a sums file), a file that ` +
      'is not packed, a URL without login and query, and a server without proxy or authority of its own; set via to auto or controller',
    false,
  );
}

async function orderDownload(
  api: Api,
  storage: string,
  { url, network }: FetchImageAction,
  filename: string,
  digest: string,
): Promise<void> {
  const { client, node } = api;
  const [algorithm = '', checksum = ''] = digest.split(':');
  const fields = {
    content: 'import',
    filename,
    url,
    checksum,
    'checksum-algorithm': algorithm,
    ...(!network.validateCerts && { 'verify-certificates': '0' }),
  };
  const path = `/nodes/${node}/storage/${storage}/download-url`;
  const answer = await client.call({ method: 'POST', path, fields });
  await waitForAnswer(api, answer, `download ${filename} on ${node}`);
}

/** Who is not heard sends nothing, either; but another privilege lets the node download than lets the controller send. */
const isNobodysWork = (error: StepError): boolean =>
  error.isUnheard && !(error instanceof ApiFailure && error.status === 403);

interface Stored {
  readonly storage: string;
  readonly filename: string;
  /** Path on the controller whose note speaks of it. */
  readonly note: string;
  readonly url: string;
  readonly digest: string;
  readonly proof: Proof;
}

async function noteStored(api: Api, { storage, filename, note, url, digest, proof }: Stored): Promise<void> {
  const volume = `${storage}:import/${filename}`;
  const stored = (await storedImages(api, storage)).find(one => one.volume === volume);
  if (stored === undefined) throw new StepError(`${volume} is not there although it was downloaded`, false);
  const size = await virtualSize(api, volume);
  const record = storedRecord(url, digest, proof.verified, stored, size);
  await noteHere({ path: note, record: { ...record, fetched: new Date().toISOString() } });
}

/** What another controller has sent meanwhile need not be sent; what is doubted is written over. */
async function send(
  api: Api,
  storage: string,
  path: string,
  record: ImageRecord,
  isDoubted: boolean,
): Promise<void> {
  const [whole] = wholeVolumes(await storedImages(api, storage), record);
  if (whole !== undefined && !isDoubted) return;
  await uploadFile(api, storage, {
    content: 'import',
    filename: whole?.volume.split('/').at(-1) ?? sentName(record.url, record.content, record.format),
    digest: record.content,
    size: (await statOf(path))?.size ?? 0,
    bytes: createReadStream(path, { highWaterMark: 1024 ** 2 }),
  });
}

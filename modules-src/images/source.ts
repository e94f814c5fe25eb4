import type { CheckedFile, ImageSource } from '../sdk/image.ts';
import type { ImageUse } from '../sdk/cluster.ts';
import { checkImage } from './check.ts';
import type { ImageInfo } from './info.ts';
import { keepForImport } from './lease.ts';
import { knownImage } from './pinned.ts';

/** An image as a disk is to be made of it; `locate` is asked again where another run has removed it meanwhile. */
export async function readSource(locate: () => Promise<string>, use: ImageUse): Promise<ImageSource> {
  const path = await locate();
  // Known before it is looked into: what changes from here on is noticed when it is imported.
  const known = use === 'name' ? undefined : await knownImage(path);
  if (known === undefined) return { path, image: undefined, digest: undefined };
  const { identity, record } = known;
  if (use === 'import' && !(await keepForImport(path, identity))) return readSource(locate, use);
  // PVE imports whatever it is given: a text file, half an image, one that reaches for other files.
  const { virtualSize } = await checkedOnce(known);
  return { path, image: { virtualSize, identity }, digest: record?.content };
}

const checks = new Map<string, Promise<ImageInfo>>();

/** qemu-img reads all tables of an image: a file that did not change since is not looked into again. */
function checkedOnce({ path, identity }: CheckedFile): Promise<ImageInfo> {
  const key = JSON.stringify([path, identity]);
  const check = checks.get(key) ?? checkImage(path);
  checks.set(key, check);
  return check;
}

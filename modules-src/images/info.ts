import { fieldOf, parseJson } from '../sdk/dictionary.ts';
import { UserError } from '../sdk/error.ts';
import { confined, runCommand } from '../system/run-command.ts';
import { readHeader } from './header.ts';

/** What a disk image says about itself. */
export interface ImageInfo {
  /** As qemu-img names it: qcow2, raw, vmdk, vdi, vpc … */
  readonly format: string;
  /** Bytes that the guest sees. */
  readonly virtualSize: number;
  /** A file that holds what this image does not. */
  readonly backingFile?: string;
  /** Files outside of the image that hold its data. */
  readonly externalFiles: readonly string[];
}

/**
 * Reads a disk image; undefined when there is no such file. Its header is judged first: no program is given what leads
 * elsewhere, nor left to guess the format. Messages call it `shownAs`.
 */
export async function readImageInfo(path: string, shownAs = path): Promise<ImageInfo | undefined> {
  const header = await readHeader(path);
  if (header === undefined) return undefined;
  if ('format' in header) return parseInfo(path, await qemuImgInfo(path, header.format, shownAs), shownAs);
  throw new UserError(`cannot use ${shownAs} as a disk image: ${header.flaw}; ${adviceOn(header.flaw)}`);
}

function adviceOn(flaw: string): string {
  if (flaw.includes('archive')) return 'unpack it and take the image from inside';
  return / file(?:s|$| \()/.test(flaw) ? 'make it whole with qemu-img convert' : 'check where it comes from';
}

/** Seconds. */
const LOOK = 60;

async function qemuImgInfo(path: string, format: string, shownAs: string): Promise<string> {
  // Without -U it fails while a running guest or an import has the image open.
  const program = confined(['qemu-img', 'info', '-U', '-f', format, '--output=json', path], LOOK);
  const { rc, stdout, stderr } = await runCommand(program, '', LOOK);
  if (rc === 0) return stdout;
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  throw new UserError(`cannot read ${shownAs} as a disk image: ${reason}; check where it comes from`);
}

function parseInfo(path: string, json: string, shownAs: string): ImageInfo {
  // Of a long one only the end was kept.
  const info = parseJson(json);
  if (info === undefined)
    throw new UserError(
      `cannot use ${shownAs} as a disk image: qemu-img tells more of it than can be read; check where it comes from`,
    );
  const [format, virtualSize] = [fieldOf(info, 'format'), fieldOf(info, 'virtual-size')];
  const backingFile = fieldOf(info, 'backing-filename');
  if (typeof format !== 'string' || typeof virtualSize !== 'number')
    throw new Error(`qemu-img said neither format nor size of ${path}: ${json}`);
  return {
    format,
    virtualSize,
    ...(typeof backingFile === 'string' && { backingFile }),
    externalFiles: externalFiles(fieldOf(fieldOf(info, 'format-specific'), 'data'), path),
  };
}

/** A qcow2 may keep its data in another file, a VMDK in several; a sparse VMDK lists itself as its extent. */
function externalFiles(data: unknown, path: string): string[] {
  const extents = fieldOf(data, 'extents');
  const files = [
    fieldOf(data, 'data-file'),
    ...(Array.isArray(extents) ? extents : []).map(extent => fieldOf(extent, 'filename')),
  ];
  return files.filter(file => typeof file === 'string').filter(file => file !== path);
}

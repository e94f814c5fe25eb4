import { UserError } from '../sdk/error.ts';
import { readImageInfo, type ImageInfo } from './info.ts';
import { confined, runCommand } from '../system/run-command.ts';

/** qemu-img check: 0 is well, 3 wastes space but is well, 63 cannot be checked, such as raw. */
const SOUND: ReadonlySet<number> = new Set([0, 3, 63]);

/** Seconds for all tables of an image. */
const PATIENCE = 1800;

/** Reads an image that is to be trusted with a VM; refuses one that is damaged or reaches for other files. */
export async function checkImage(path: string, shownAs = path): Promise<ImageInfo> {
  const info = await readImageInfo(path, shownAs);
  if (info === undefined) throw new Error(`${path} is gone`);
  requireSelfContained(shownAs, info);
  const program = confined(['qemu-img', 'check', '-q', '-f', info.format, path], PATIENCE);
  const { rc, stderr } = await runCommand(program, '', PATIENCE);
  if (SOUND.has(rc)) return info;
  const reason = stderr.trim().split('\n')[0] ?? '';
  throw new UserError(
    `cannot use ${shownAs} as a disk image: it is truncated or damaged (${reason}); fetch it again, or take another one`,
  );
}

/** An image that names other files could bring any file of the node into a guest. */
function requireSelfContained(image: string, { backingFile, externalFiles }: ImageInfo): void {
  const file = backingFile ?? externalFiles[0];
  if (file === undefined) return;
  const role = backingFile === undefined ? 'keeps its data in' : 'is only a layer over';
  throw new UserError(
    `cannot use ${image} as a disk image: it ${role} another file (${file}); make it whole with qemu-img convert`,
  );
}

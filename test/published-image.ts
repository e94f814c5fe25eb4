import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { everywhere, IMAGE_URLS } from '../testnode/image-server/catalogue.ts';
import type { Scene } from './scene.ts';

/** What a disk has at the end of its first sector, from which something may boot. */
const SIGNATURE = ['-c', 'write -P 0x55 510 1', '-c', 'write -P 0xaa 511 1'];

/** Publishes a build, another one for each size, that boots, or not, as far as its first sector tells. */
export async function publishImage(
  { home, images }: Scene,
  bytes: string,
  boots: boolean,
  urls = IMAGE_URLS,
): Promise<void> {
  const image = join(home, `${boots ? 'boots' : 'empty'}-${bytes}.qcow2`);
  if (!existsSync(image)) {
    await execa('qemu-img', ['create', '-q', '-f', 'qcow2', image, bytes]);
    if (boots) await execa('qemu-io', ['-f', 'qcow2', ...SIGNATURE, image]);
  }
  await images.addFiles(everywhere(image, urls));
}

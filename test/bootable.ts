import { execa } from 'execa';
import { join } from 'node:path';
import { everywhere } from '../testnode/image-server/catalogue.ts';
import type { Scene } from './scene.ts';

/** Publishes a build that boots, as far as its first sector tells: another one for each size. */
export async function publishBootable({ home, images }: Scene, bytes: string): Promise<void> {
  const image = join(home, `boots-${bytes}.qcow2`);
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', image, bytes]);
  await execa('qemu-io', ['-f', 'qcow2', '-c', 'write -P 0x55 510 1', '-c', 'write -P 0xaa 511 1', image]);
  await images.addFiles(everywhere(image));
}

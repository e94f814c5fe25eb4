import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Accelerator } from './accelerator.ts';
import { guestImageFile } from './image.ts';

const CACHE = join(import.meta.dirname, '../../.cache');
const KVM = '/dev/kvm';
const BOOT_ID = '/proc/sys/kernel/random/boot_id';
/** The first thing that a Linux kernel says, and how long a machine with KVM may take to get there, in milliseconds. */
const FIRST_WORDS = 'Linux version';
const LIMIT = 10_000;

/**
 * How guests can run on this machine. That /dev/kvm opens proves nothing: inside some virtual machines guests then hang
 * in their firmware. So the guest image must have started its kernel once; the answer holds until the next boot.
 */
export async function provenAccelerator(): Promise<Accelerator> {
  const image = guestImageFile();
  if (!existsSync(KVM) || !existsSync(image)) return 'tcg';
  const note = join(CACHE, `kvm-${readFileSync(BOOT_ID, 'utf8').trim()}`);
  if (!existsSync(note)) {
    const works = await startsKernel(image);
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(note, works ? 'kvm' : 'tcg');
  }
  return readFileSync(note, 'utf8') === 'kvm' ? 'kvm' : 'tcg';
}

function startsKernel(image: string): Promise<boolean> {
  const child = spawn(
    'qemu-system-x86_64',
    [
      ...[
        '-nodefaults',
        '-display',
        'none',
        '-accel',
        'kvm',
        '-cpu',
        'host',
        '-m',
        '512',
        '-serial',
        'stdio',
      ],
      ...['-drive', `file=${image},format=qcow2,if=virtio,snapshot=on`],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return new Promise(resolve => {
    const finish = (works: boolean): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(works);
    };
    const timer = setTimeout(() => finish(false), LIMIT);
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
      if (said.includes(FIRST_WORDS)) finish(true);
    });
    child.on('error', () => finish(false));
    child.on('exit', () => finish(said.includes(FIRST_WORDS)));
  });
}

import { PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { runToEnd } from '../runtime/run-command.ts';
import { QEMU_IMG } from '../storage/image-file.ts';

/**
 * Fails unless a file that came from outside is an image of the format that its name says, and refers to no other file.
 * An image that is cut off passes: qemu-img looks at its head alone.
 */
export function assertTrustworthy(path: string, name: string): void {
  const format = name.replace(/^.*\./, '');
  if (format === 'ova') assertArchive(path);
  else assertImage(path, format);
}

function assertImage(path: string, format: string): void {
  const { status, stdout, stderr } = runToEnd(QEMU_IMG, ['info', '--output=json', path, '-f', format]);
  if (status !== 0) {
    print(`command '${QEMU_IMG} info '--output=json' ${path} -f ${format}' failed: exit code ${status}`);
    throw new PveFailure(stderr.trim());
  }
  // qemu-img's own answer, its documented ImageInfo.
  const info = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  if (info['backing-filename'] !== undefined)
    throw new PveFailure(`backing file not allowed for untrusted image '${path}'!`);
}

function assertArchive(path: string): void {
  const { status, stderr } = runToEnd('tar', ['-t', '-f', path]);
  if (status === 0) return;
  print(stderr.trim());
  throw new PveFailure(`command 'tar -t -f ${path}' failed: exit code ${status}`);
}

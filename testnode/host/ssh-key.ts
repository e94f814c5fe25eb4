import { runOrThrow } from '../system/processes.ts';

/** Makes a key without a passphrase; the public half is beside it with the ending `.pub`. */
export async function makeSshKey(file: string, comment: string): Promise<void> {
  await runOrThrow(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file]);
}

import { spawnSync } from 'node:child_process';
import { COMMAND_ENVIRONMENT } from './run-command.ts';

/**
 * A password as crypt(3) writes it. Not by `runCommand`: most runs start no other program, and it takes ten times as long
 * as this one to get ready.
 */
export const crypt = (password: string, kind: string, salt: string): Promise<string> => {
  const { status, stdout, stderr, error } = spawnSync('openssl', ['passwd', kind, '-salt', salt, '-stdin'], {
    input: `${password}\n`,
    encoding: 'utf8',
    env: COMMAND_ENVIRONMENT,
  });
  return status === 0
    ? Promise.resolve(stdout.trim())
    : Promise.reject(new Error(`openssl passwd failed: ${error?.message ?? stderr.trim()}`));
};

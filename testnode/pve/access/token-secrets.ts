import { readClusterFile, writeClusterFile } from '../config/cluster.ts';

const FILE = 'priv/token.cfg';

/** The secret of a token, which is named `user@realm!id`. */
export function tokenSecret(fullId: string): string | undefined {
  return secrets().get(fullId);
}

/** Notes the secret of a token, or forgets it. */
export function setTokenSecret(fullId: string, secret: string | undefined): void {
  const all = secrets();
  if (secret === undefined) all.delete(fullId);
  else all.set(fullId, secret);
  writeClusterFile(FILE, [...all].map(([id, value]) => `${id} ${value}\n`).join(''));
}

function secrets(): Map<string, string> {
  const lines = (readClusterFile(FILE) ?? '').matchAll(/^(\S+) (\S+)$/gm);
  return new Map([...lines].map(([, id = '', secret = '']) => [id, secret]));
}

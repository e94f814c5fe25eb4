import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { FOR_THE_NODE } from '../../../build/for-the-node.ts';
import type { Cluster } from '../../../testnode/host/cluster-handle.ts';

const PROGRAM = '/root/on-node.cjs';

/** Puts program.ts on a node and runs it there; answers what it found. `logins` are those to the API. */
export async function runOnNode(cluster: Cluster, work: string, logins: object = {}): Promise<unknown> {
  const { outputFiles } = await build({
    ...FOR_THE_NODE,
    minify: false,
    target: 'node20',
    entryPoints: [fileURLToPath(new URL('program.ts', import.meta.url))],
  });
  await cluster.writeFile('pve01', PROGRAM, outputFiles[0]?.contents ?? '');
  const command = `exec /opt/testnode/node ${PROGRAM} ${work} "$0" 4>&1 1>/tmp/on-node.out 2>/tmp/on-node.err`;
  const { stdout } = await cluster.exec('pve01', ['sh', '-c', command, JSON.stringify(logins)]);
  const result: unknown = JSON.parse(stdout === '' ? '{"error":"no answer"}' : stdout);
  if (typeof result === 'object' && result !== null && 'error' in result) {
    const { stdout: said } = await cluster.exec('pve01', ['tail', '-20', '/tmp/on-node.err']);
    throw new Error(`${String(result.error)}\n${said}`);
  }
  return result;
}

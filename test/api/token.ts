import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import type { Scene } from '../scene.ts';

/** Carries out a command of `pveum` as a user would who copies it, as root on the first node. */
export const asRoot = (cluster: Cluster, command: string): Promise<string> =>
  cluster.succeed('pve01', ['sh', '-c', command]);

/** Commands of `pveum` in what Ansible printed, in their order. */
export const pveumCommands = (output: string): readonly string[] =>
  [...output.matchAll(/pveum (?:user|role|acl) (?:token )?(?:add|modify) [^;"\\\n]+/g)].map(([command]) =>
    command.trim(),
  );

/** Lets the role tell what a playbook needs, gives exactly that to a new token, and answers how to use it. */
export async function grantPrinted(
  scene: Scene,
  playbook: string,
): Promise<Readonly<Record<string, string>>> {
  const { rc, output } = await scene.run(playbook, ['-e', 'only=permissions']);
  if (rc !== 0) throw new Error(output);
  const values: Record<string, string> = {};
  for (const command of pveumCommands(output)) {
    const isToken = command.startsWith('pveum user token add');
    const printed = await asRoot(scene.cluster, isToken ? `${command} --output-format json` : command);
    // The answer of our own pveum.
    if (isToken) Object.assign(values, JSON.parse(printed) as object);
  }
  return {
    PROXMOX_HOST: scene.cluster.address('pve01'),
    PROXMOX_TOKEN_ID: values['full-tokenid'] ?? '',
    PROXMOX_TOKEN_SECRET: values['value'] ?? '',
  };
}

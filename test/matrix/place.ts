import { execa } from 'execa';
import { readFile } from 'node:fs/promises';
import { apiWay } from '../../testnode/api-way.ts';
import { runPlaybook, type PlaybookOptions, type PlaybookRun } from '../../testnode/playbook.ts';
import { startScene, type Scene } from '../scene.ts';
import type { Combination } from './combination.ts';
import { ansiblePrograms, nodeProgram } from './programs.ts';
import { asRootBySu } from './root-by-su.ts';

/** How playbooks go, where it is not from the controller to the node as root. */
export type Way = Partial<Pick<PlaybookOptions, 'inventory' | 'env' | 'wrapper'>>;

/** A test node of that PVE with that Node.js, and a controller with that ansible-core. */
export interface Place {
  readonly scene: Scene;
  readonly run: (args?: readonly string[], way?: Way) => Promise<PlaybookRun>;
  /** By the API, with that Node.js on the controller. */
  readonly byApi: () => Promise<Way>;
  /** As a user of the node that becomes root. */
  readonly asRoot: () => Promise<Way>;
  /** Everything that the playbooks have printed so far. */
  readonly printed: () => string;
}

const NODE_ON_NODE = '/opt/proxmox-role/node/bin';

/** Undefined where no Python here runs that ansible-core. */
export async function startPlace({ ansible, node, pve }: Combination): Promise<Place | undefined> {
  const programs = await ansiblePrograms(ansible);
  if (programs === undefined) return undefined;
  const program = await nodeProgram(node);
  const binary = await readFile(program);
  const scene = await startScene({ version: pve, nodejs: false });
  await scene.cluster.exec('pve01', ['mkdir', '-p', NODE_ON_NODE]);
  await scene.cluster.writeFile('pve01', `${NODE_ON_NODE}/node`, binary);
  await scene.cluster.exec('pve01', ['chmod', '755', `${NODE_ON_NODE}/node`]);
  await expectVersions(scene, programs, { ansible, node });
  const runs: PlaybookRun[] = [];
  return {
    scene,
    run: async (args = [], way = {}) => {
      const options = { playbook: 'test/playbooks/whole.yml', args, home: scene.home, programs, ...way };
      const finished = await runPlaybook(scene.cluster, options);
      runs.push(finished);
      return finished;
    },
    byApi: async () => {
      const { env, ...way } = await apiWay(scene);
      return { ...way, env: { ...env, PROXMOX_ROLE_NODE: program } };
    },
    asRoot: () => asRootBySu(scene),
    printed: () => runs.map(({ output }) => output).join('\n'),
  };
}

/** A table of versions that were not those would be worse than none. */
async function expectVersions(
  scene: Scene,
  programs: string,
  { ansible, node }: Pick<Combination, 'ansible' | 'node'>,
): Promise<void> {
  const { stdout: core } = await execa(`${programs}/ansible-playbook`, ['--version']);
  const { stdout: onNode } = await scene.cluster.exec('pve01', [`${NODE_ON_NODE}/node`, '--version']);
  if (!core.includes(`[core ${ansible.version}]`))
    throw new Error(`not ansible-core ${ansible.version}: ${core}`);
  if (onNode.trim() !== `v${node}`) throw new Error(`not Node.js ${node}: ${onNode}`);
}

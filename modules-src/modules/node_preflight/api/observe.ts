import { missingPrivileges } from '../../../pve/access/held.ts';
import { lostNodeProblem } from '../../../pve/vms/lost-node.ts';
import type { Part } from '../../../sdk/cluster.ts';
import type { Problem } from '../../../sdk/define-module.ts';
import { UserError } from '../../../sdk/error.ts';
import type { MachineFacts } from '../../../sdk/facts.ts';
import { problem, variableOf } from '../check.ts';
import type { Wanted } from '../params.ts';
import type { Access, World } from '../world.ts';
import { needsOf } from './needs.ts';
import { foundIn } from './operations.ts';

type Asked = Part<'readMachine' | 'readPermissions' | 'listRoles' | 'listNodes' | 'listLostNodes'>;
type Seen = Pick<World, 'machine' | 'access' | 'troubles'>;

/** A machine of which nothing is known. */
export const NO_MACHINE: MachineFacts = {
  name: '',
  isRoot: false,
  nodejs: '',
  architecture: undefined,
  cpus: undefined,
  memoryMib: undefined,
  clusterFiles: 'absent',
  qm: undefined,
  versions: { manager: undefined, qemuServer: undefined },
  hasKvm: true,
  hasKeyReader: true,
};

/** What a world is of which nothing is asked. */
export const NOTHING_ASKED = { machine: NO_MACHINE, node: undefined };

/** The node as the API shows it and what whoever asks may do there, or why nothing can be told. */
export async function seeByApi(wanted: Wanted, cluster: Asked): Promise<Seen> {
  try {
    const held = (await cluster.readPermissions()) ?? new Map();
    const troubles = wanted.vm_node === undefined ? [] : await nodeTroubles(wanted.vm_node, cluster);
    if (troubles.length > 0) return { machine: NO_MACHINE, troubles };
    const isEnough = missingFor(wanted, { held, roles: [] }).length === 0;
    const access = { held, roles: isEnough ? [] : await cluster.listRoles() };
    return { machine: await cluster.readMachine(), access };
  } catch (error) {
    return { machine: NO_MACHINE, troubles: troublesIn(error) };
  }
}

/** What is missing to make everything anew. */
const missingFor = (wanted: Wanted, { held }: Access) =>
  missingPrivileges(needsOf(wanted, foundIn(wanted, { node: undefined })), held);

/** A token that may not see something is refused in the middle of looking: what it lacks says more than that. */
export async function unlessForbidden<T>(
  wanted: Wanted,
  { access }: Seen,
  looking: Promise<T>,
): Promise<T | undefined> {
  return looking.catch((error: unknown) => {
    if (access === undefined || missingFor(wanted, access).length === 0) throw error;
    return undefined;
  });
}

/** A node that is down is not asked for anything: that would be waited for. */
async function nodeTroubles(
  wanted: string,
  cluster: Part<'listNodes' | 'listLostNodes'>,
): Promise<Problem[]> {
  const [nodes, lost] = await Promise.all([cluster.listNodes(), cluster.listLostNodes()]);
  const up = nodes.filter(node => !lost.includes(node)).sort();
  if (lost.includes(wanted)) return [lostNodeProblem(wanted, up)];
  if (nodes.includes(wanted)) return [];
  const message = `the cluster has no node "${wanted}"`;
  const fix = `set ${variableOf('vm_node')} to one of its nodes: ${[...nodes].sort().join(', ')}`;
  return [problem('PVE-NODE-004', 'vm_node', message, fix)];
}

/** The door says what is the trouble; anything else is none of the API's. */
function troublesIn(error: unknown): readonly Problem[] {
  const problems = error instanceof UserError ? error.details['problems'] : undefined;
  if (!Array.isArray(problems) || problems.length === 0) throw error;
  // As `api/client/trouble.ts` makes them.
  return problems as readonly Problem[];
}

import fc from 'fast-check';
import { strict as assert } from 'node:assert';
import { existsSync, readdirSync } from 'node:fs';
import * as api from '../../../modules-src/api/cluster.ts';
import definition from '../../../modules-src/modules/vm_configure/module.ts';
import creation from '../../../modules-src/modules/vm_create/module.ts';
import { converge, type Converged } from '../../../modules-src/runtime/converge.ts';
import type { Cluster } from '../../../modules-src/sdk/cluster.ts';
import { UserError } from '../../../modules-src/sdk/error.ts';
import { masked } from '../../doors/masked.ts';
import { anyConfig, anyDeclared } from './any-settings.ts';
import {
  complete,
  configFile,
  NODE,
  perform,
  readConfig,
  reset,
  RUNNING,
  STOPPED,
  VOLUMES,
  type Declared,
} from './vm.ts';

/** Who asks the API: a token of root, and root itself. */
export interface Logins {
  readonly token: Readonly<Record<string, unknown>>;
  readonly root: Readonly<Record<string, unknown>>;
}

/** How many settings came to the same end by both doors, and how many no token may have. */
export interface DoorCounts {
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly notForTokens: number;
}

type Asked = (typeof definition.asks)[number] | (typeof creation.asks)[number];

const readings = (names: readonly Asked[]): Pick<typeof api, Asked> =>
  // Each of the names is a key.
  Object.fromEntries(names.map(name => [name, api[name]])) as Pick<typeof api, Asked>;

/** Settings by the API, of the node itself. */
const openApi = (login: Readonly<Record<string, unknown>>): Promise<Cluster<Asked>> =>
  api.openApi(
    readings([...definition.asks, ...creation.asks]),
    [api.qm],
    { ...login, api_validate_certs: false, api_node: 'pve01' },
    '127.0.0.1',
  );

/** The other door, with `qm` in this process. */
const BY_SSH: Cluster = {
  ...NODE,
  expect: () => undefined,
  perform: action => perform({ summary: '', action }),
};

/** What a run by one door leaves and tells. */
interface End {
  readonly config: string;
  readonly volumes: readonly string[];
  readonly steps: readonly string[];
  readonly left: readonly string[];
  /** Why nothing was done. */
  readonly refusal: string | undefined;
}

type Run = (cluster: Cluster<Asked>) => Promise<Converged<unknown>>;

const NOT_FOR_TOKENS = /no token may set/;

async function endOf(vmid: number, run: Run, cluster: Cluster<Asked>): Promise<End> {
  const came = await run(cluster).catch((error: unknown) => {
    if (error instanceof UserError) return error.message;
    throw error;
  });
  const whole = typeof came === 'string' ? { steps: [], left: [], failures: [] } : came;
  return {
    config: existsSync(configFile(vmid)) ? masked(readConfig(vmid)) : '',
    volumes: readdirSync(VOLUMES).filter(name => name.startsWith(`vm-${vmid}-`)),
    steps: whole.steps.map(({ summary }) => summary),
    left: whole.left.flat().map(({ summary }) => summary),
    refusal:
      typeof came === 'string' ? came : whole.failures.map(({ reason }) => reason).join('\n') || undefined,
  };
}

/** Random settings lead to equal configurations, volumes and steps by both doors, or are refused by both before anything is done. */
export async function compareDoors(
  logins: Logins,
  runs: Readonly<Record<'create' | 'converge', number>>,
): Promise<DoorCounts> {
  const clusters = { token: await openApi(logins.token), root: await openApi(logins.root) };
  const counts = { changed: 0, unchanged: 0, refused: 0, notForTokens: 0 };
  const agree = async (
    vmid: number,
    config: string | undefined,
    who: keyof Logins,
    run: Run,
  ): Promise<void> => {
    reset(vmid, config);
    const bySsh = await endOf(vmid, run, BY_SSH);
    reset(vmid, config);
    const byApi = await endOf(vmid, run, clusters[who]);
    if (who === 'token' && NOT_FOR_TOKENS.test(byApi.refusal ?? '')) {
      assert.equal(byApi.config, masked(config ?? ''), 'refused, and changed nevertheless');
      counts.notForTokens += 1;
      return;
    }
    assert.deepEqual(byApi, bySsh);
    counts[bySsh.refusal !== undefined ? 'refused' : bySsh.steps.length > 0 ? 'changed' : 'unchanged'] += 1;
  };
  const who = fc.constantFrom('token' as const, 'root' as const);
  await fc.assert(
    fc.asyncProperty(who, anyDeclared, async (login, declared) => {
      await agree(STOPPED, undefined, login, cluster => create(STOPPED, declared, cluster));
    }),
    { numRuns: runs.create },
  );
  for (const vmid of [STOPPED, RUNNING])
    await fc.assert(
      fc.asyncProperty(
        who,
        anyConfig(vmid, vmid === RUNNING),
        anyDeclared,
        async (login, config, declared) => {
          await agree(vmid, config, login, cluster => configure(vmid, declared, cluster));
        },
      ),
      { numRuns: runs.converge },
    );
  return counts;
}

const CIRCUMSTANCES = { checkMode: false, problems: [] };
const NO_RETRY = { retries: 0, delay: 0 };

const create = (vmid: number, declared: Declared, cluster: Cluster<Asked>) =>
  converge(
    creation,
    { ...complete(vmid, declared), cloud_init_enabled: false },
    CIRCUMSTANCES,
    NO_RETRY,
    cluster,
  );

const configure = (vmid: number, declared: Declared, cluster: Cluster<Asked>) =>
  converge(definition, complete(vmid, declared), CIRCUMSTANCES, NO_RETRY, cluster);

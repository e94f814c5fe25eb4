import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Cluster, Reading, Readings } from '../sdk/cluster.ts';
import { UserError } from '../sdk/error.ts';
import type { Permissions } from '../sdk/facts.ts';
import { StepError } from '../sdk/step-error.ts';
import { qmOf, type ClusterAction } from '../sdk/step.ts';
import { lockedVms } from '../pve/vms/ownership.ts';
import { withLocks } from '../system/named-locks.ts';
import { limitCommands } from '../system/run-command.ts';
import { placeOf, type Api } from './api.ts';
import { createClient } from './client/client.ts';
import { connectionOf, type Connection } from './client/connection.ts';
import { oneMoment } from './client/one-moment.ts';
import { showRestCall } from './client/rest-call.ts';
import { troubleOf } from './client/trouble.ts';
import { refusalOf } from './refusal.ts';
import { readHeld } from './facts/permissions.ts';
import { workNode } from './facts/work-node.ts';

/** A reading, once it is known whom it asks. */
type ApiReadings<Asked extends Reading> = { readonly [R in Asked]: (api: Api) => Readings[R] };

/** Does the actions of one kind, and answers nothing to all others. */
type ApiPerformer = (api: Api, action: ClusterAction) => Promise<void> | undefined;

type Values = Readonly<Record<string, unknown>>;

/** Proxmox VE by its API, with what this module asks of it and does to it. Files and locks are those of the controller. */
export async function openApi<Asked extends Reading>(
  readings: ApiReadings<Asked>,
  performers: readonly ApiPerformer[],
  values: Values,
  host: string,
): Promise<Cluster<Asked>> {
  limitCommands(7200);
  const connection = connectionOf(values, host);
  const asking = createClient(connection);
  // A module that changes nothing has nobody but others to wait for, which is done with locks.
  const { client, next } = performers.length === 0 ? oneMoment(asking) : { client: asking, next: nothing };
  const folder = stateFolder(host);
  const api: Api = {
    client,
    node: await answered(connection, () => workNode(client, values)),
    isRoot: 'user' in connection.login && connection.login.user === 'root@pam',
    folder,
    digests: new Map(),
    configs: new Map(),
    places: new Map(),
    own: new Set(),
    warnings: new Set(),
  };
  let held: Promise<Permissions> | undefined;
  return {
    ...opened(readings, api, connection),
    node: api.node,
    perform: action => {
      // What is in a pool now, whoever may work there may work on.
      held = undefined;
      return perform(api, action, performers);
    },
    expect: () => undefined,
    end: () => Promise.resolve({ warnings: [...api.warnings], told: {} }),
    refusal: actions => answered(connection, () => refusalOf(api, actions, () => (held ??= readHeld(api)))),
    show: action => {
      const operation = qmOf(action);
      return operation === undefined ? undefined : showRestCall(operation, placeOf(api, operation.vmid));
    },
    alone: (names, work) =>
      withLocks(folder, names, async () => {
        for (const vmid of lockedVms(names)) api.own.add(vmid);
        next();
        return work();
      }),
    // More tasks at once lose workers now and then ("got no worker upid"), which is met by trying again.
    parallel: 4,
  };
}

const nothing = (): void => undefined;

/** Of each user and each host that is asked: what meets by another way, Proxmox VE itself settles. */
const stateFolder = (host: string): string =>
  join(
    process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state'),
    'proxmox-role',
    host.replaceAll(/[^\w.-]/g, '_'),
  );

/** A reading that fails ends the module: nothing can be decided without it. */
function opened<Asked extends Reading>(
  readings: ApiReadings<Asked>,
  api: Api,
  connection: Connection,
): Pick<Readings, Asked>;
function opened(
  readings: Readonly<Record<string, (api: Api) => (...args: unknown[]) => Promise<unknown>>>,
  api: Api,
  connection: Connection,
): object {
  const entries = Object.entries(readings).map(([name, reading]): [string, unknown] => {
    const ask = reading(api);
    return [name, (...args: unknown[]) => answered(connection, () => ask(...args))];
  });
  return Object.fromEntries(entries);
}

const answered = <T>(connection: Connection, ask: () => Promise<T>): Promise<T> =>
  ask().catch((error: unknown) => {
    throw error instanceof StepError ? unanswered(connection, error) : error;
  });

function unanswered(connection: Connection, error: StepError): UserError {
  const { host, port } = connection;
  const trouble = troubleOf(connection, error);
  const reason = trouble === undefined ? error.message : `${trouble.message}; ${trouble.fix}`;
  return new UserError(
    `cannot ask the API of ${host}:${port}: ${reason}`,
    trouble === undefined ? {} : { problems: [trouble] },
  );
}

async function perform(api: Api, action: ClusterAction, performers: readonly ApiPerformer[]): Promise<void> {
  for (const performer of performers) {
    const work = performer(api, action);
    if (work !== undefined) return work;
  }
  throw new Error(`this module has nothing that performs ${action.kind}`);
}

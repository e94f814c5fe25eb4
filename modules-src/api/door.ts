import type { Cluster, Readings } from '../sdk/cluster.ts';
import { UserError } from '../sdk/error.ts';
import { qmOf } from '../sdk/step.ts';
import { crypt } from '../system/crypt.ts';
import { withNodeLocks } from '../system/file-lock.ts';
import { readText } from '../system/files.ts';
import type { Api } from './api.ts';
import { createClient } from './client.ts';
import type { Connection } from './connection.ts';
import { guestReadings } from './guests.ts';
import { perform, showRestCall } from './perform.ts';
import { storageReadings } from './storages.ts';

/** What this door can read. */
export type ApiReading =
  | keyof ReturnType<typeof guestReadings>
  | keyof ReturnType<typeof storageReadings>
  | 'readSnippets'
  | 'readOwnSnippets'
  | 'readText'
  | 'crypt';

/** Proxmox VE by its API. Locks and files are those of the machine on which the module runs. */
export function openApi(connection: Connection, node: string): Cluster<ApiReading> & { close: () => void } {
  const client = createClient(connection);
  const api: Api = { client, node };
  const noSnippets: Readings['readSnippets'] = () => Promise.resolve(new Map());
  return {
    node,
    ...guestReadings(api),
    ...storageReadings(api),
    // The API lists snippets and shows none.
    readSnippets: noSnippets,
    readOwnSnippets: noSnippets,
    readText,
    crypt,
    perform: action => perform(api, action),
    show: action => {
      const operation = qmOf(action);
      return operation === undefined ? undefined : showRestCall(operation, node);
    },
    alone: (names, work) => withNodeLocks(names, work),
    // Overlapping tasks lose workers now and then ("got no worker upid"), which is met by trying again.
    parallel: 4,
    close: client.close,
  };
}

/** Which of the parameters say who asks. */
export interface ApiParameters {
  readonly api_host?: string | undefined;
  readonly api_port?: number | undefined;
  readonly api_user?: string | undefined;
  readonly api_password?: string | undefined;
  readonly api_token_id?: string | undefined;
  readonly api_token_secret?: string | undefined;
  readonly api_validate_certs?: boolean | undefined;
  readonly api_ca_path?: string | undefined;
  readonly api_fingerprint?: string | undefined;
}

/** The connection that parameters describe; undefined: none of them asks for the API. */
export function connectionOf(params: ApiParameters): Connection | undefined {
  const { api_host: host, api_port: port = 8006 } = params;
  if (host === undefined) return undefined;
  return {
    host,
    port,
    login: loginOf(params),
    trust: {
      fingerprint: params.api_fingerprint,
      caPath: params.api_ca_path,
      validateCerts: params.api_validate_certs ?? true,
    },
    proxy: undefined,
    timeout: 60,
  };
}

function loginOf(params: ApiParameters): Connection['login'] {
  const { api_user: user, api_password: password, api_token_secret: tokenSecret } = params;
  const tokenId = fullTokenId(params);
  if (tokenId !== undefined && tokenSecret !== undefined) return { tokenId, tokenSecret };
  if (user !== undefined && password !== undefined) return { user, password };
  throw new UserError(
    'cannot log in to the API: neither a token nor a password is given; set api_token_id (user@realm!id) and ' +
      'api_token_secret, or api_user and api_password',
  );
}

/** As community.proxmox has it: the id alone, beside the user, or `user@realm!id` in one. */
function fullTokenId({ api_user: user, api_token_id: id }: ApiParameters): string | undefined {
  if (id === undefined || id.includes('!')) return id;
  if (user === undefined)
    throw new UserError(
      `cannot use api_token_id "${id}": it names no user; write user@realm!${id}, or set api_user`,
    );
  return user.includes('!') ? user : `${user}!${id}`;
}

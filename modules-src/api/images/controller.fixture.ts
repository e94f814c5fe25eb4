import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Api } from '../api.ts';
import { serveApi, type ApiServer } from '../client/api-server.fixture.ts';
import { createClient } from '../client/client.ts';

export interface Controller {
  readonly api: Api;
  /** What was asked. */
  readonly seen: ApiServer['seen'];
  /** Where it keeps images. */
  readonly folder: string;
  readonly close: () => void;
}

/** What an API that refuses throws; 500 unless it says otherwise. */
export interface Refused extends Error {
  readonly status?: number;
}

/** A controller with a cache of its own, and an API that answers each path with that data; what is thrown is its refusal. */
export async function startController(dataOf: (path: string) => unknown): Promise<Controller> {
  const home = mkdtempSync(join(tmpdir(), 'controller-'));
  const cache = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = home;
  const folder = join(home, 'proxmox-role/images');
  mkdirSync(folder, { recursive: true });
  const server = await serveApi(({ url }) => {
    try {
      return { json: { data: dataOf(url) } };
    } catch (error) {
      const { message, status = 500 } = error as Refused;
      return { status, json: { data: null, message } };
    }
  });
  const client = createClient(server.connection());
  const known = {
    digests: new Map(),
    configs: new Map(),
    places: new Map(),
    warnings: new Set<string>(),
    own: new Set<number>(),
  };
  return {
    api: { client, node: 'pve01', isRoot: false, folder: home, ...known },
    seen: server.seen,
    folder,
    close: () => {
      client.close();
      server.close();
      rmSync(home, { recursive: true });
      if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
      else process.env['XDG_CACHE_HOME'] = cache;
    },
  };
}

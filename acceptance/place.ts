import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Wanted } from './arguments.ts';
import { PLAYBOOKS, ROLE_NAME } from './where.ts';

/** A private directory of the run, with the variables of its playbooks and what they write. */
export interface Place {
  readonly env: Readonly<Record<string, string>>;
  argumentsFor(playbook: string, more?: readonly string[]): readonly string[];
  /** What a playbook has written, which is gone then; undefined: it has not. */
  take(name: 'seen' | 'left'): unknown;
  facts(): Facts | undefined;
  /** Adds to the log beside the report, which is for the user alone. */
  keep(text: string): void;
  remove(): void;
}

/** What begin.yml has learnt. */
export interface Facts {
  readonly version: string;
  readonly kernel: string;
  readonly storages: readonly string[];
}

export function makePlace(wanted: Wanted): Place {
  const home = mkdtempSync(join(tmpdir(), 'acceptance-'));
  const file = (name: string): string => join(home, `${name}.json`);
  writeFileSync(file('variables'), JSON.stringify(variables(wanted, file)), { mode: 0o600 });
  const given = ['-i', wanted.inventory, '-e', `@${file('variables')}`, ...wanted.extra];
  return {
    // The controller's cache of images and its notes go with the run.
    env: { XDG_CACHE_HOME: join(home, 'cache'), XDG_STATE_HOME: join(home, 'state') },
    argumentsFor: (playbook, more = []) => [join(PLAYBOOKS, playbook), ...given, ...more],
    take: name => {
      const written = readWritten(file(name));
      rmSync(file(name), { force: true });
      return written;
    },
    // As begin.yml writes it.
    facts: () => readWritten(file('facts')) as Facts | undefined,
    keep: text => appendFileSync(`${wanted.report}.log`, text, { mode: 0o600 }),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

function variables(wanted: Wanted, file: (name: string) => string): Readonly<Record<string, unknown>> {
  const { door, node, storage, pool, image, first, last, bridge } = wanted;
  return {
    proxmox_connection: door,
    proxmox_vm_node: node,
    proxmox_disk_storage: storage,
    proxmox_vm_pool: pool,
    proxmox_vm_cloud_image_url: image,
    ...(door === 'ssh' && { proxmox_cloud_image_cache_dir: `/var/lib/vz/template/${pool}` }),
    acceptance_role: ROLE_NAME,
    acceptance_first: first,
    acceptance_last: last,
    acceptance_bridge: bridge,
    acceptance_password: randomBytes(12).toString('hex'),
    acceptance_seen_path: file('seen'),
    acceptance_facts_path: file('facts'),
    acceptance_left_path: file('left'),
  };
}

function readWritten(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

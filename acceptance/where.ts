import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Not import.meta.dirname: Node.js 18 has none.
const HERE = dirname(fileURLToPath(import.meta.url));
const ABOVE = dirname(HERE);
/** A release has this folder in the role, a checkout beside it. */
const ROLE = existsSync(join(ABOVE, 'tasks/main.yml')) ? ABOVE : join(ABOVE, 'role/proxmox');

export const PLAYBOOKS = join(HERE, 'playbooks');
export const ROLE_NAME = basename(ROLE);
export const ROLES_PATH = dirname(ROLE);

/** Where a checkout has Ansible. */
const OWN_PROGRAMS = join(ABOVE, '.venv/bin');
export const PROGRAM_FOLDERS: readonly string[] = existsSync(OWN_PROGRAMS) ? [OWN_PROGRAMS] : [];

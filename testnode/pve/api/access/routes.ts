import { ANY_USER, WORLD } from '../../access/permission.ts';
import type { Route } from '../route.ts';
import { ACL_ROUTES } from './acl.ts';
import { GROUP_ROUTES } from './groups.ts';
import { PERMISSION_ROUTES } from './permissions.ts';
import { ROLE_ROUTES } from './roles.ts';
import { TICKET_ROUTES } from './tickets.ts';
import { TOKEN_ROUTES } from './tokens.ts';
import { USER_ROUTES } from './users.ts';

const SUBDIRECTORIES = 'users groups roles acl domains openid tfa ticket password'.split(' ');

const REALMS = [
  { realm: 'pam', type: 'pam', comment: 'Linux PAM standard authentication' },
  { realm: 'pve', type: 'pve', comment: 'Proxmox VE authentication server' },
];

/** Users, what they may, and how they prove who they are. */
export const ACCESS_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/access',
    permission: ANY_USER,
    answer: () => SUBDIRECTORIES.map(subdir => ({ subdir })),
  },
  { method: 'GET', path: '/access/domains', permission: WORLD, answer: () => REALMS },
  ...TICKET_ROUTES,
  ...PERMISSION_ROUTES,
  ...USER_ROUTES,
  ...TOKEN_ROUTES,
  ...GROUP_ROUTES,
  ...ROLE_ROUTES,
  ...ACL_ROUTES,
];

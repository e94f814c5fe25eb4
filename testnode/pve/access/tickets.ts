import { createHmac, createPrivateKey, createPublicKey, sign, timingSafeEqual, verify } from 'node:crypto';
import { readClusterFile } from '../config/cluster.ts';

const VALID_SECONDS = 7200;
/** Clocks of a cluster's nodes may differ by this much. */
const SECONDS_AHEAD = 300;

/** A ticket as the cookie holds it: `PVE:user@realm:TIME::signature`, good on every node of the cluster. */
export function makeTicket(user: string): string {
  const plain = `PVE:${user}:${hexTime()}`;
  const key = createPrivateKey(clusterKey('priv/authkey.key'));
  return `${plain}::${sign(null, Buffer.from(plain), key).toString('base64')}`;
}

/** The user of a ticket that is genuine and not too old. */
export function userOfTicket(ticket: string): string | undefined {
  const [, plain = '', user = '', time = '', signature = ''] =
    /^(PVE:([^:]+):([0-9A-F]{8}))::(\S+)$/.exec(ticket) ?? [];
  if (plain === '' || !isRecent(time)) return undefined;
  const key = createPublicKey(clusterKey('authkey.pub'));
  return verify(null, Buffer.from(plain), key, Buffer.from(signature, 'base64')) ? user : undefined;
}

/** The token that a ticket's owner must send with every call that is no GET. */
export function makeCsrfToken(user: string): string {
  const time = hexTime();
  return `${time}:${csrfDigest(time, user)}`;
}

export function isCsrfToken(token: string, user: string): boolean {
  const [, time = '', digest = ''] = /^([0-9A-F]{8}):(\S+)$/.exec(token) ?? [];
  const expected = Buffer.from(csrfDigest(time, user));
  const given = Buffer.from(digest);
  return given.length === expected.length && timingSafeEqual(given, expected) && isRecent(time);
}

function csrfDigest(time: string, user: string): string {
  return createHmac('sha256', clusterKey('pve-www.key'))
    .update(`${time}:${user}`)
    .digest('base64')
    .replace(/=+$/, '');
}

function isRecent(hex: string): boolean {
  const age = Date.now() / 1000 - parseInt(hex, 16);
  return age > -SECONDS_AHEAD && age < VALID_SECONDS;
}

function hexTime(): string {
  return Math.floor(Date.now() / 1000)
    .toString(16)
    .toUpperCase()
    .padStart(8, '0');
}

function clusterKey(name: string): string {
  const key = readClusterFile(name);
  if (key === undefined) throw new Error(`cannot read the key of the cluster: /etc/pve/${name} is missing`);
  return key;
}

import type { Part } from '../../../sdk/cluster.ts';
import { UserError } from '../../../sdk/error.ts';

/** What the modules of the stages ask, but for what a glance refuses. */
export const GLANCE_ASKS = [
  'readGuest',
  'isRunning',
  'reachesOtherNodes',
  'listLostNodes',
  'listGuests',
  'claimantOf',
  'readRemains',
  'readStorages',
  'readFreeBytes',
  'findImage',
  'listUnusedImages',
  'readSource',
  'readImage',
  'readSnippets',
  'listSnippets',
  'readOwnSnippets',
  'readCloudInitDrive',
  'writesSnippets',
  'listIsoImages',
  'readResolver',
  'readText',
  'crypt',
] as const;

type Asked = Part<(typeof GLANCE_ASKS)[number]>;
export type GlanceReading =
  | (typeof GLANCE_ASKS)[number]
  | 'claimVmid'
  | 'listVolumes'
  | 'readSigns'
  | 'readClusterLists'
  | 'readPermissions'
  | 'readRemembered'
  | 'startedSinceModule';

/** The cluster for a look that holds nothing, waits for nothing and asks each thing once. */
export function atAGlance(cluster: Asked): Part<GlanceReading> {
  const { findImage, readSource } = cluster;
  return askedOnce({
    ...cluster,
    findImage: wish => findImage({ ...wish, isHeld: false, isGlance: true }),
    readSource: (image, use) => (use === 'name' ? readSource(image, use) : refuse()),
    claimVmid: refuse,
    listVolumes: refuse,
    readSigns: refuse,
    readClusterLists: refuse,
    readPermissions: refuse,
    readRemembered: refuse,
    startedSinceModule: () => Promise.resolve(false),
  });
}

const refuse = (): Promise<never> =>
  Promise.reject(new UserError('cannot tell at a glance: it is for the stage to do'));

/** The same answers to the same questions, so that they are those of one moment. */
export function askedOnce<C extends { readonly node: string }>(cluster: C): C;
export function askedOnce(cluster: Readonly<Record<string, unknown>>): object {
  const known = new Map<string, unknown>();
  const once =
    (name: string, ask: Ask) =>
    (...args: unknown[]) => {
      const question = JSON.stringify([name, ...args]);
      const answer = known.has(question) ? known.get(question) : ask(...args);
      known.set(question, answer);
      return answer;
    };
  return Object.fromEntries(
    Object.entries(cluster).map(([name, value]) => [name, isAsk(value) ? once(name, value) : value]),
  );
}

type Ask = (...args: unknown[]) => unknown;

const isAsk = (value: unknown): value is Ask => typeof value === 'function';

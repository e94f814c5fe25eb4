import { waitGuest } from '../../runtime/guest-agent.ts';
import type { Performers } from '../../runtime/perform.ts';

export const performers: Performers = { waitGuest };

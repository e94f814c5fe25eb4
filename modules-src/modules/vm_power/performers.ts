import { waitGuest } from '../../runtime/wait-guest.ts';
import type { Performers } from '../../runtime/perform.ts';

export const performers: Performers = { waitGuest };

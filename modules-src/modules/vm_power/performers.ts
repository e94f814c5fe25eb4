import { waitGuest } from '../../node/guests/wait.ts';
import type { Performers } from '../../runtime/perform.ts';

export const performers: Performers = { waitGuest };

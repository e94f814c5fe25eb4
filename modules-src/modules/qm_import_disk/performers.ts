import type { Performers } from '../../runtime/perform.ts';
import { withPinned } from '../../node/images/pinned.ts';

export const performers: Performers = { withImage: withPinned };

import type { Performers } from '../../runtime/perform.ts';
import { withPinned } from '../../runtime/pinned-image.ts';

export const performers: Performers = { withImage: withPinned };

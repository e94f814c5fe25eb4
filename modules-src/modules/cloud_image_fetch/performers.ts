import type { Performers } from '../../runtime/perform.ts';
import { fetchImage } from './fetch-image.ts';

export const performers: Performers = { fetchImage };

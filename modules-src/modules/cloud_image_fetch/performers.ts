import type { Performers } from '../../runtime/perform.ts';

/** Loaded when there is something to fetch: Node's HTTP and TLS cost 30 ms of start-up. */
export const performers: Performers = {
  fetchImage: async action => {
    const { fetchImage } = await import('./fetch-image.ts');
    await fetchImage(action);
  },
};

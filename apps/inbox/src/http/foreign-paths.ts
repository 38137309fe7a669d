/** Addresses that belong to other parts of a process: never the page's, and none of the inbox's headers on them. */
const FOREIGN = ['webhooks', 'sim', 'webchat', 'health', 'metrics'];

const firstSegment = (url: string): string => (url.split(/[/?#]/, 2)[1] ?? '').toLowerCase();

export const isForeign = (url: string): boolean => FOREIGN.includes(firstSegment(url));
export const isApi = (url: string): boolean => firstSegment(url) === 'api';

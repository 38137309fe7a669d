export interface PageRequest {
  limit?: number;
  after?: string;
}

const USUAL = 50;
const MOST = 200;

/** A page as the store takes it, within what an operator's page should hold. */
export function pageOf({ limit = USUAL, after }: PageRequest): { limit: number; after?: string } {
  return { limit: Math.min(Math.max(1, limit), MOST), ...(after === undefined ? {} : { after }) };
}

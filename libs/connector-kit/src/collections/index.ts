export * from './account-rates.ts';
export * from './connector-storage.ts';
export * from './deliveries.ts';
export * from './ignored-kinds.ts';
export * from './leases.ts';
export * from './refs.ts';

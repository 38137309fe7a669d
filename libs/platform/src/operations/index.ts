export * from './consumer-groups.ts';
export { createOperations, type OperationsOptions } from './create-operations.ts';
export * from './operations.ts';

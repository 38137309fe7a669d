import { mongo } from 'mongoose';
import { StoreUnavailableError } from '../port.ts';
import type { InsertOutcome } from '../port.ts';

const DUPLICATE_KEY = 11_000;
/** Stepping down, shutting down, out of disk, too busy, write concern not met in time, retryable by the server's own word. */
const UNAVAILABLE_CODES = new Set([
  6, 7, 50, 64, 89, 91, 189, 262, 317, 9001, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436, 14_031, 50_915,
]);
/** Errors that the driver does not export, or that mongoose wraps. */
const UNAVAILABLE_NAMES = new Set([
  'MongoWaitQueueTimeoutError',
  'MongoClientClosedError',
  'MongoOperationTimeoutError',
  'MongooseServerSelectionError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
]);

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;

/**
 * The outcome of each document of an unordered bulk insert that failed with `error`; undefined unless duplicate keys are all
 * that was wrong. A server that went away reports a bulk error too, with no error for any document: nothing is known then.
 */
export function bulkOutcomes(error: unknown, documents: number): InsertOutcome[] | undefined {
  if (
    !(error instanceof mongo.MongoBulkWriteError) ||
    error.code !== DUPLICATE_KEY ||
    error.result.getWriteConcernError()
  )
    return undefined;
  const refused = [error.writeErrors].flat();
  if (refused.some(({ code }) => code !== DUPLICATE_KEY)) return undefined;
  const taken = new Set(refused.map(({ index }) => index));
  return Array.from({ length: documents }, (_, i) => (taken.has(i) ? 'exists' : 'inserted'));
}

/** Errors that waiting can heal become `StoreUnavailableError`; the rest stay what they are. */
export function translate(error: unknown): unknown {
  if (error instanceof StoreUnavailableError || !(error instanceof Error) || !isUnavailable(error)) return error;
  return new StoreUnavailableError(
    `MongoDB is away: ${error.message}; check MONGODB_URI and the server, work resumes by itself`,
    { cause: error },
  );
}

function isUnavailable(error: Error): boolean {
  if (error instanceof mongo.MongoNetworkError || error instanceof mongo.MongoServerSelectionError) return true;
  if (error instanceof mongo.MongoNotConnectedError || error instanceof mongo.MongoTopologyClosedError) return true;
  if (UNAVAILABLE_NAMES.has(error.name)) return true;
  if (error instanceof mongo.MongoBulkWriteError && (error.result.getWriteConcernError() || isConnectionTrouble(error)))
    return true;
  return error instanceof mongo.MongoServerError && typeof error.code === 'number' && UNAVAILABLE_CODES.has(error.code);
}

/** The driver wraps what happened to the connection without its class: no code of a server, and no document to blame. */
const isConnectionTrouble = (error: mongo.MongoBulkWriteError): boolean =>
  error.code === undefined && [error.writeErrors].flat().length === 0;

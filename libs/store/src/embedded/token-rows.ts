import type { SQLInputValue } from 'node:sqlite';
import type { Connection } from './connection.ts';
import type { TokenTable } from './row-write.ts';

/** One statement for all of them: a message has twenty words and more. `tokens` is a JSON list. */
export function addTokens(
  connection: Connection,
  side: TokenTable,
  tokens: string,
  trailing: readonly SQLInputValue[],
  n: SQLInputValue,
): void {
  if (tokens === '[]') return;
  const sql = `INSERT INTO ${side.table} SELECT value, ${'?, '.repeat(side.trailing.length)}? FROM json_each(?)`;
  connection.run(sql, [...trailing, n, tokens]);
}

export function removeTokens(
  connection: Connection,
  side: TokenTable,
  tokens: readonly string[],
  trailing: readonly SQLInputValue[],
  n: SQLInputValue,
): void {
  const sql = `DELETE FROM ${side.table} WHERE t = ? AND ${side.trailing.map((column) => `${column} = ? AND `).join('')}n = ?`;
  for (const token of tokens) connection.run(sql, [token, ...trailing, n]);
}

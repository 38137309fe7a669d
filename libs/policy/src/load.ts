import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RuleError } from './compile.ts';
import { rule } from './rule.ts';
import type { Rule } from './rule.ts';

/** Reads every *.json of a folder, one rule each. Throws RuleError naming file, path in it and what is expected. */
export function loadRules(dir: string): Rule[] {
  let names: string[];
  try {
    names = readdirSync(dir)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    throw new RuleError(
      `Cannot read the rules folder ${dir}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  return names.map((name) => loadRule(join(dir, name)));
}

function loadRule(file: string): Rule {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new RuleError(`${file}: expected JSON (${error instanceof Error ? error.message : String(error)})`, {
      cause: error,
    });
  }
  const result = rule.safeParse(json);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `  at ${issue.path.join('.') || 'the top'}: ${issue.message}`);
  throw new RuleError(`${file} is not a rule:\n${issues.join('\n')}`);
}

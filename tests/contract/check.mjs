// node check.mjs RECORD.ndjson [--apps apps.json] [--at-least-operations N]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { judge } from './judge.mjs';

const usage = 'usage: node check.mjs RECORD.ndjson [--apps apps.json] [--at-least-operations N]';

function arguments_of(argv) {
  const options = { apps: { type: 'string' }, 'at-least-operations': { type: 'string', default: '1' } };
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
  const at_least = Number(values['at-least-operations']);
  if (positionals.length !== 1 || !Number.isInteger(at_least) || at_least < 1) throw new Error(usage);
  const apps = values.apps ? JSON.parse(readFileSync(values.apps, 'utf8')).apps : [];
  return { record: positionals[0], text: readFileSync(positionals[0], 'utf8'), apps, at_least };
}

function print_table(operations) {
  const rows = [...operations].sort(([a], [b]) => (a < b ? -1 : 1));
  const width = Math.max(9, ...rows.map(([name]) => name.length));
  const print = (name, ...columns) =>
    console.log(name.padEnd(width) + columns.map((each) => String(each).padStart(9)).join(''));
  print('operation', 'requests', 'refused', 'faults', 'findings');
  for (const [name, row] of rows) print(name, row.requests, row.refused, row.faults, row.findings);
}

function print_signatures({ own, package: by_package, skipped }) {
  console.log(`\nsignatures: ${own} recomputed from the raw bytes, ${by_package} of them by tiktok-shop, too`);
  for (const [reason, count] of skipped) console.log(`  ${count} beyond tiktok-shop: ${reason}`);
}

function run({ record, text, apps, at_least }) {
  const result = judge(text, apps);
  print_table(result.operations);
  print_signatures(result.signatures);
  if (result.unchecked_answers > 0) console.log(`${result.unchecked_answers} answers broken on purpose, not checked`);
  console.log();
  for (const { line, where, operation, path, reason } of result.findings)
    console.log(`${record}:${line}: ${operation}: ${where} ${path} ${reason}`);
  const enough = result.operations.size >= at_least;
  if (!enough) console.log(`only ${result.operations.size} operations were seen, at least ${at_least} are wanted`);
  console.log(`${result.passed} passed, ${result.failed} failed`);
  return result.failed === 0 && enough ? 0 : 1;
}

try {
  process.exitCode = run(arguments_of(process.argv.slice(2)));
} catch (problem) {
  console.error(problem.message);
  process.exitCode = 2;
}

// TikTok's own OpenAPI, as npm @tts-open-toolkit/cli ships it, read as strictly as it can be: a field that it does not
// list is wrong, a value outside a list in the text is wrong, a keyword that this file does not know stops the program.
import { readFileSync } from 'node:fs';
import { additions } from './additions.mjs';

const folder = new URL(
  'node_modules/@tts-open-toolkit/cli/skills/tts-openapi-guide/references/oas/',
  import.meta.url,
);
const methods = new Set(['get', 'put', 'post', 'delete', 'patch']);
const known_keywords = new Set(['type', 'properties', 'items', 'description', 'example', 'format']);

const read = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

/** The values of "Possible values:\n- ONE: words\n- TWO"; undefined for other wordings, which depend on the region. */
export function possible_values(description = '') {
  const list = /Possible values: *\n((?: *- *`?[\w-]+`? *(?::.*)?(?:\n|$))+)/.exec(description);
  return list?.[1].trim().split('\n').map((line) => /- *`?([\w-]+)/.exec(line)[1]);
}

/** JSON schema of an OpenAPI schema. The list of values of an array stands in the array's own description. */
export function strict_schema(schema, extra_values = possible_values(schema.description)) {
  const unknown = Object.keys(schema).filter((keyword) => !known_keywords.has(keyword));
  if (unknown.length > 0) throw new Error(`the OpenAPI uses ${unknown}, which this test does not understand`);
  if (schema.type === undefined) return {};
  const out = { type: schema.type };
  if (schema.type === 'array') out.items = strict_schema(schema.items, extra_values);
  if (schema.type === 'string' && extra_values) out.enum = extra_values;
  if (schema.format === 'int32') Object.assign(out, { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 });
  if (schema.type !== 'object') return out;
  out.additionalProperties = false;
  out.properties = {};
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    out.properties[name] = strict_schema(property);
  return out;
}

/** The schema at "data.brands[].name". */
function schema_at(schema, path) {
  return path.split(/\.|(?=\[\])/).filter(Boolean)
    .reduce((at, step) => (step === '[]' ? at?.items : at?.properties?.[step]), schema);
}

function add(schema, { at, fields, values, why }) {
  const target = schema_at(schema, at);
  const present = target && (values ? values.some((each) => target.enum.includes(each))
    : Object.keys(fields).some((name) => name in target.properties));
  if (!target || present) throw new Error(`additions.mjs: "${at}" (${why}) has no place or no need any more`);
  if (values) target.enum.push(...values);
  else for (const [name, field] of Object.entries(fields)) target.properties[name] = strict_schema(field);
}

/** The one content type of a body and its strict schema with what was documented elsewhere. */
function body_of(content, operation, body) {
  const [type, { schema }] = Object.entries(content)[0];
  const strict = strict_schema(schema);
  for (const each of additions) if (each.body === body && each.operations.includes(operation)) add(strict, each);
  return { type, schema: strict };
}

function query_of(parameters) {
  const out = new Map();
  for (const { name, in: place, required, schema, description } of parameters) {
    const { type } = schema.items ?? schema;
    if (place === 'query')
      out.set(name, { required, type, list: schema.type === 'array', values: possible_values(description) });
  }
  return out;
}

function operation_of(method, template, described) {
  const name = `${method.toUpperCase()} ${template}`;
  return {
    name,
    segments: template.split('/').slice(1),
    query: query_of(described.parameters),
    request: described.requestBody && body_of(described.requestBody.content, name, 'request'),
    response: body_of(described.responses['200'].content, name, 'response'),
  };
}

/**
 * All operations, as { name, segments, query, request, response }: query maps a name to
 * { required, type, list, values }; request (undefined without a body) and response are { type, schema }.
 */
export function load_operations() {
  const out = [];
  for (const { file } of read('index.json').modules)
    for (const [template, item] of Object.entries(read(file).paths))
      for (const [method, described] of Object.entries(item))
        if (methods.has(method)) out.push(operation_of(method, template, described));
  const names = new Set(out.map((each) => each.name));
  const lost = additions.flatMap((each) => each.operations).filter((name) => !names.has(name));
  if (lost.length > 0) throw new Error(`additions.mjs names operations that do not exist: ${lost}`);
  return out;
}

const is_variable = (segment) => segment.startsWith('{');

/** The operation of a request, the one with the most fixed segments; undefined when there is none. */
export function find_operation(operations, method, path) {
  const given = path.split('/').slice(1);
  const fixed = (operation) => operation.segments.filter((segment) => !is_variable(segment)).length;
  return operations
    .filter((each) => each.name.startsWith(`${method} `) && each.segments.length === given.length &&
      each.segments.every((segment, i) => (is_variable(segment) ? given[i] !== '' : segment === given[i])))
    .sort((a, b) => fixed(b) - fixed(a))[0];
}

// JSON against a schema, each mistake as { path: "$.skus[0].price", reason }.
import Ajv from 'ajv';

const ajv = new Ajv({ allErrors: true, verbose: true });

const type_of = (value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
const shown = (value) => `${type_of(value)}: ${JSON.stringify(value)}`;

const reasons = {
  additionalProperties: () => 'is not a field that TikTok documents',
  required: () => 'is missing',
  type: ({ params: { type }, data }) => `must be ${[type].flat().join(' or ')}, is ${shown(data)}`,
  enum: ({ params, data }) => `must be one of ${params.allowedValues.join(', ')}, is ${JSON.stringify(data)}`,
};

function json_path(root, { instancePath, params }) {
  const steps = instancePath.split('/').slice(1).map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`));
  const name = params.additionalProperty ?? params.missingProperty;
  return root + steps.join('') + (name === undefined ? '' : `.${name}`);
}

const compiled = new WeakMap();

export function mistakes(schema, value, root = '$') {
  if (!compiled.has(schema)) compiled.set(schema, ajv.compile(schema));
  const valid = compiled.get(schema);
  if (valid(value)) return [];
  const wrong_types = new Set(valid.errors.filter((each) => each.keyword === 'type').map((each) => each.instancePath));
  return valid.errors
    .filter((each) => each.keyword !== 'enum' || !wrong_types.has(each.instancePath))
    .map((each) => ({ path: json_path(root, each), reason: (reasons[each.keyword] ?? (() => each.message))(each) }));
}

/**
 * How a manifest describes a space: its components, what they cost, and the network that they choose.
 *
 * In what is repeated, "#" stands for the number of the copy, 1 for the first. Where repeats stand in repeats, the first
 * "#" of a name is that of the outermost.
 *
 * @module
 */

/** A choice, as the manifest has it. */
export type Choice = number | string;

/** A component by its name, and which of its choices are meant. */
export type When = Readonly<Record<string, Choice | readonly Choice[] | AtLeast>>;

/** The choices that are numbers from this one on. */
export interface AtLeast {
  readonly atLeast: number | "#";
}

export type ComponentSource =
  | { readonly name: string; readonly choices: readonly Choice[]; readonly when?: When }
  | { readonly repeat: number; readonly components: readonly ComponentSource[] };

/** A cost: the base, and what each table adds. */
export interface CostSource {
  readonly unit: string;
  readonly base: number;
  readonly tables: readonly CostTable[];
}

/** A number for each choice of a component; of several, for each choice of the first a number, or such a table of the others. */
export interface CostTable {
  readonly of: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

/** A value itself, or "$name": what was chosen for the component of that name. */
export type Value = Choice;

interface WindowSource {
  readonly kernel: Value;
  readonly stride?: Value;
}

/** A layer, or some of them. Each object has one of these members, and `layers` where that is said. */
export type LayerSource =
  | "batchNorm"
  | "global-average-pool"
  | "classifier"
  | { readonly convolution: WindowSource & { readonly channels?: Value; readonly times?: Value; readonly dilation?: Value } }
  | { readonly depthwise: WindowSource & { readonly dilation?: Value } }
  | { readonly activation: Value }
  | { readonly "average-pool": WindowSource }
  | { readonly "max-pool": WindowSource }
  | { readonly linear: { readonly outputs: Value } }
  | { readonly "squeeze-excitation": { readonly reduction: Value } }
  | { readonly residual: readonly LayerSource[] }
  | { readonly sum: readonly (readonly LayerSource[])[] }
  | { readonly concatenation: readonly (readonly LayerSource[])[] }
  | { readonly repeat: number; readonly layers: readonly LayerSource[] }
  | { readonly when: When; readonly layers: readonly LayerSource[] };

/** The options of the space. */
export interface ChoicesOptions {
  readonly components: readonly ComponentSource[];
  readonly costs: Readonly<Record<string, CostSource>>;
  readonly network?: readonly LayerSource[];
  readonly imageSize: number;
  readonly imageChannels: number;
  readonly classes: number;
}

/** The most components that there are when all is repeated. */
export const MOST_COMPONENTS = 1_000;
/** The most layers that a manifest describes, when all is repeated. */
export const MOST_LAYERS = 10_000;

const name = { type: "string", minLength: 1, maxLength: 64 } as const;
const choice = { type: ["number", "string"], maxLength: 64 } as const;
const value = { type: ["integer", "string"], minimum: 1, maximum: 65_536 } as const;
const repeat = { type: "integer", minimum: 1, maximum: MOST_COMPONENTS } as const;
const layers = { $ref: "#/$defs/layers" } as const;
const branches = { type: "array", minItems: 1, maxItems: 64, items: layers } as const;
const window = { kernel: value, stride: value } as const;

/** A JSON Schema of an object with these members, all of them but the optional ones required. */
function closed<P extends object>(properties: P, optional: readonly (keyof P)[] = []) {
  const required = Object.keys(properties).filter((key) => !optional.includes(key as keyof P));
  return { type: "object", additionalProperties: false, required, properties } as const;
}

/** The parts of the schema of the options that refer to themselves. */
const CHOICES_DEFINITIONS = {
  when: {
    type: "object",
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: {
      anyOf: [
        choice,
        { type: "array", minItems: 1, maxItems: 256, items: choice },
        closed({ atLeast: { anyOf: [{ type: "number" }, { const: "#" }] } }),
      ],
    },
  },
  components: {
    type: "array",
    minItems: 1,
    maxItems: MOST_COMPONENTS,
    items: {
      type: "object",
      additionalProperties: false,
      minProperties: 1,
      properties: {
        name,
        choices: { type: "array", minItems: 2, maxItems: 256, items: choice },
        when: { $ref: "#/$defs/when" },
        repeat,
        components: { $ref: "#/$defs/components" },
      },
      dependentRequired: { name: ["choices"], choices: ["name"], when: ["name"], repeat: ["components"], components: ["repeat"] },
    },
  },
  layers: {
    type: "array",
    maxItems: 1_000,
    items: {
      anyOf: [
        { enum: ["batchNorm", "global-average-pool", "classifier"] },
        {
          type: "object",
          additionalProperties: false,
          minProperties: 1,
          maxProperties: 2,
          properties: {
            convolution: closed({ ...window, channels: value, times: value, dilation: value }, ["stride", "channels", "times", "dilation"]),
            depthwise: closed({ ...window, dilation: value }, ["stride", "dilation"]),
            activation: { type: "string" },
            "average-pool": closed(window, ["stride"]),
            "max-pool": closed(window, ["stride"]),
            linear: closed({ outputs: value }),
            "squeeze-excitation": closed({ reduction: value }),
            residual: layers,
            sum: branches,
            concatenation: branches,
            repeat,
            when: { $ref: "#/$defs/when" },
            layers,
          },
          dependentRequired: { repeat: ["layers"], when: ["layers"] },
        },
      ],
    },
  },
} as const;

const count = { type: "integer", minimum: 1, maximum: 65_536 } as const;

/** The options of the space. */
export const CHOICES_SCHEMA: {
  readonly type: "object";
  readonly additionalProperties: false;
  readonly required: readonly ["components"];
  readonly $defs: Readonly<Record<string, object>>;
  readonly properties: Readonly<Record<keyof ChoicesOptions, object>>;
} = {
  type: "object",
  additionalProperties: false,
  required: ["components"],
  $defs: CHOICES_DEFINITIONS,
  properties: {
    components: {
      type: "array",
      $ref: "#/$defs/components",
      description:
        'the components, in order: each with `name`, `choices` (numbers or texts) and, if it is not always there, `when`: an earlier component and the choices of it that it is there for; or `repeat` and `components`, with "#" in their names for the number of the copy',
    },
    costs: {
      type: "object",
      default: {},
      maxProperties: 32,
      propertyNames: name,
      additionalProperties: {
        type: "object",
        additionalProperties: false,
        required: ["unit"],
        properties: {
          unit: { type: "string", minLength: 1, maxLength: 64 },
          base: { type: "number", minimum: 0, default: 0 },
          tables: {
            type: "array",
            maxItems: MOST_COMPONENTS,
            default: [],
            items: closed({ of: { type: "array", minItems: 1, maxItems: 4, items: name }, values: { type: "object" } }),
          },
        },
      },
      description:
        "what architectures cost, by name: `unit`, `base`, and `tables` that add to it, each `of` some components with `values` for their choices",
    },
    network: {
      type: "array",
      ...layers,
      description: 'the layers of the network, with "$name" for what was chosen for a component; default: no network',
    },
    imageSize: { ...count, default: 32, description: "height and width of the network's input" },
    imageChannels: { ...count, default: 3, description: "channels of the network's input" },
    classes: { ...count, minimum: 2, default: 10, description: "outputs of the classifier" },
  },
};

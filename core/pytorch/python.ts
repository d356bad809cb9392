/** How Python is written: names, calls that fit into lines, texts. @module */

/** Columns of a line. */
const WIDTH = 100;
/** Words of Python, and what every `nn.Module` or the file itself has already. */
const TAKEN = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global if import in is " +
    "lambda nonlocal not or pass raise return try while with F nn torch Network SamePaddedConv2d SamePaddedAvgPool2d SamePaddedMaxPool2d " +
    "add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr float forward " +
    "get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers named_children " +
    "named_modules named_parameters parameters register_buffer register_forward_hook register_module register_parameter requires_grad_ " +
    "set_extra_state set_submodule share_memory state_dict to to_empty train training xpu zero_grad"
  ).split(" "),
);

/** Gives names that are Python's, each once. */
export class Names {
  readonly #taken = new Set(TAKEN);

  /** As `wanted`, which may be any text: "edge 3/conv" becomes edge_3_conv. */
  attribute(wanted: string): string {
    const name = words(wanted).join("_").toLowerCase();
    return this.#free(TAKEN.has(name) ? `${name}_` : name);
  }

  /** "inverted residual 2" becomes InvertedResidual. */
  class(wanted: string): string {
    const named = words(wanted).filter((word) => !/^\d+$/.test(word));
    return this.#free(named.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("") || "Part");
  }

  #free(wanted: string): string {
    const name = /^[a-zA-Z]/.test(wanted) ? wanted : wanted === "" ? "part" : `part_${wanted}`;
    let free = name;
    for (let i = 2; this.#taken.has(free); i++) free = `${name}${/\d$/.test(name) ? "_" : ""}${i}`;
    this.#taken.add(free);
    return free;
  }
}

function words(text: string): string[] {
  return text.split(/[^a-zA-Z0-9]+|(?<=[a-z])(?=[A-Z])/).filter((word) => word !== "");
}

/** A line of code, and what is said behind it. */
export interface Line {
  readonly code: string;
  readonly comment?: string | undefined;
}

/** A call, in one line if it fits and no argument has a comment, or else with a line for each argument. */
export function call(start: string, args: readonly Line[], end: string, indent: number): string {
  const short = `${start}(${args.map(({ code }) => code).join(", ")})${end}`;
  if (indent + short.length <= WIDTH && args.every(({ comment }) => comment === undefined)) return commented(short, "", indent);
  const inner = args.map(({ code, comment = "" }) => wrapped(code, ",", comment, indent + 4));
  return [`${" ".repeat(indent)}${start}(`, ...inner, `${" ".repeat(indent)})${end}`].join("\n");
}

/** An expression, whose arguments have lines of their own where it does not fit into one. */
export function wrapped(code: string, end: string, comment: string, indent: number): string {
  const [, start, inside] = /^([^(]*)\((.*)\)$/.exec(code) ?? [];
  const line = commented(`${code}${end}`, comment, indent);
  if (line.length <= WIDTH || start === undefined || inside === undefined) return line;
  const repeated = start === "*" ? inside.split(/ (?=for _ in)/) : undefined;
  const inner =
    repeated?.map((part) => wrapped(part, "", "", indent + 4)) ?? argumentsOf(inside).map((arg) => wrapped(arg, ",", "", indent + 4));
  return [`${" ".repeat(indent)}${start}(`, ...inner, commented(`)${end}`, comment, indent)].join("\n");
}

/** What stands between the commas that are in no brackets. */
function argumentsOf(code: string): string[] {
  const found: string[] = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at < code.length; at++) {
    if ("([".includes(code[at]!)) depth++;
    if (")]".includes(code[at]!)) depth--;
    if (depth > 0 || code[at] !== ",") continue;
    found.push(code.slice(from, at));
    from = at + 2;
  }
  return [...found, code.slice(from)];
}

/** A statement, below its comment where they do not fit into one line, and with lines for its arguments where it does not either. */
export function statement(code: string, comment: string, indent: number): string {
  if (indent + code.length > WIDTH) return wrapped(code, "", comment, indent);
  const line = commented(code, comment, indent);
  return line.length <= WIDTH || comment === "" ? line : `${" ".repeat(indent)}# ${comment}\n${commented(code, "", indent)}`;
}

/** A sum or product, in one line if it fits. */
export function joined(start: string, terms: readonly string[], operator: string, comment: string, indent: number): string {
  const short = `${start}${terms.join(` ${operator} `)}`;
  if (terms.length < 2 || indent + short.length <= WIDTH) return statement(short, comment, indent);
  const lines = terms.map((term, i) => `${" ".repeat(indent + 4)}${i > 0 ? `${operator} ` : ""}${term}`);
  return [`${" ".repeat(indent)}${start}(`, ...lines, commented(")", comment, indent)].join("\n");
}

function commented(code: string, comment: string, indent: number): string {
  return `${" ".repeat(indent)}${code}${comment === "" ? "" : `  # ${comment}`}`;
}

/** A text as it stands in a docstring. */
export function inDocstring(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll(/\s+/g, " ");
}

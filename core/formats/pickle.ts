/**
 * Reads Python pickles without running them.
 *
 * A pickle is a program for a small stack machine, and Python's own reader calls whatever function the program
 * names: opening one from somewhere is running code from there. This one has no way to call anything: a pickle
 * may name what the caller allows, each with a function of the caller's that stands in for it; all other names,
 * and all operations but those that numbers and containers need, are refused.
 *
 * Every operation takes time and memory in proportion to its own bytes, so that no short pickle is a long
 * computation. The operations are those of Python's Lib/pickletools.py, protocols 2 to 5.
 *
 * Python → here: dict → Map; list, tuple → array; int → number, or bigint where a number would round it; bytes →
 * Uint8Array, of the pickle's own memory, or a string of Latin-1 where the pickle has them as such: Python 2's.
 *
 * @module
 */
import type { Invalid } from "./zip.ts";

/** What stands in for what a pickle may name. */
export interface PickleNames {
  /** By module and name, as "collections.OrderedDict": what calling it with arguments gives. */
  readonly callables: ReadonlyMap<string, (args: readonly unknown[]) => unknown>;
  /** What an object that is kept outside the pickle is, by its identification. */
  persistent(id: unknown): unknown;
}

/** Something that a pickle has named. */
export class PickleGlobal {
  readonly name: string;
  readonly call: (args: readonly unknown[]) => unknown;
  constructor(name: string, call: (args: readonly unknown[]) => unknown) {
    this.name = name;
    this.call = call;
  }
}

/** What a callable may give: something that is told its attributes. */
export abstract class PickleObject {
  abstract build(state: unknown): void;
}

/**
 * Reads the pickle that begins at a byte.
 * @returns what it holds, and the byte behind it
 */
export function unpickle(
  bytes: Uint8Array,
  start: number,
  { callables, persistent }: PickleNames,
  invalid: Invalid,
): { readonly value: unknown; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const memo = new Map<number, unknown>();
  let at = start;
  /** Where the operation under way begins. */
  let operation = at;
  let stack: unknown[] = [];
  /** The stacks below each mark. */
  const below: unknown[][] = [];

  const take = (count: number): number => {
    if (count > bytes.length - at) throw invalid("its pickle is cut off");
    at += count;
    return at - count;
  };
  const byte = () => bytes[take(1)]!;
  const size = (length: 4 | 8): number => {
    const from = take(length);
    return length === 4 ? view.getUint32(from, true) : Number(view.getBigUint64(from, true));
  };
  const text = (length: number) => {
    const from = take(length);
    return new TextDecoder().decode(bytes.subarray(from, from + length));
  };
  const raw = (length: number) => {
    const from = take(length);
    return bytes.subarray(from, from + length);
  };
  const latin = (length: number) => new TextDecoder("latin1").decode(raw(length));
  const line = () => {
    const end = bytes.indexOf(10, at);
    const found = text((end < 0 ? bytes.length : end) - at);
    take(1);
    return found;
  };
  const misplaced = () => invalid(`its pickle is damaged: byte ${operation} does not fit what is before it`);
  const global = (name: string): PickleGlobal => {
    const call = callables.get(name);
    if (!call)
      throw invalid(
        `its pickle names ${shown(name)}, which is not among the few names that a file of numbers needs; none of it was run. If you trust the file, save its numbers with numpy.savez instead`,
      );
    return new PickleGlobal(name, call);
  };

  const pop = (): unknown => {
    if (stack.length === 0) throw misplaced();
    return stack.pop();
  };
  const popText = (): string => {
    const value = pop();
    if (typeof value !== "string") throw misplaced();
    return value;
  };
  const popMark = (): unknown[] => {
    const items = stack;
    const under = below.pop();
    if (!under) throw misplaced();
    stack = under;
    return items;
  };
  const top = <T>(type: abstract new (...args: never[]) => T): T => {
    const value = stack.at(-1);
    if (!(value instanceof type)) throw misplaced();
    return value;
  };
  const tuple = (length: number) => {
    if (stack.length < length) throw misplaced();
    stack.push(stack.splice(stack.length - length, length));
  };
  const remember = (index: number) => {
    if (stack.length === 0) throw misplaced();
    memo.set(index, stack.at(-1));
  };
  const recall = (index: number) => {
    if (!memo.has(index)) throw misplaced();
    stack.push(memo.get(index));
  };
  const setItems = (items: readonly unknown[]) => {
    if (items.length % 2 !== 0) throw misplaced();
    const map = top(Map);
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  };

  for (;;) {
    operation = at;
    const code = byte();
    switch (String.fromCharCode(code)) {
      case "\x80": // PROTO
        if (byte() > 5) throw invalid("its pickle is of a protocol newer than 5");
        break;
      case "\x95": // FRAME
        take(8);
        break;
      case ".": // STOP
        return { value: pop(), end: at };
      case "(": // MARK
        below.push(stack);
        stack = [];
        break;
      case "N": // NONE
        stack.push(null);
        break;
      case "\x88": // NEWTRUE
        stack.push(true);
        break;
      case "\x89": // NEWFALSE
        stack.push(false);
        break;
      case "J": // BININT
        stack.push(view.getInt32(take(4), true));
        break;
      case "K": // BININT1
        stack.push(byte());
        break;
      case "M": // BININT2
        stack.push(view.getUint16(take(2), true));
        break;
      case "\x8a": // LONG1
        stack.push(integer(bytes, take(byte()), at));
        break;
      case "G": // BINFLOAT
        stack.push(view.getFloat64(take(8)));
        break;
      case "X": // BINUNICODE
        stack.push(text(size(4)));
        break;
      case "\x8c": // SHORT_BINUNICODE
        stack.push(text(byte()));
        break;
      case "\x8d": // BINUNICODE8
        stack.push(text(size(8)));
        break;
      case "U": // SHORT_BINSTRING
        stack.push(latin(byte()));
        break;
      case "T": // BINSTRING, which may be long: an array's numbers
        stack.push(raw(size(4)));
        break;
      case "C": // SHORT_BINBYTES
        stack.push(raw(byte()));
        break;
      case "B": // BINBYTES
        stack.push(raw(size(4)));
        break;
      case "\x8e": // BINBYTES8
      case "\x96": // BYTEARRAY8
        stack.push(raw(size(8)));
        break;
      case ")": // EMPTY_TUPLE
        tuple(0);
        break;
      case "\x85": // TUPLE1
        tuple(1);
        break;
      case "\x86": // TUPLE2
        tuple(2);
        break;
      case "\x87": // TUPLE3
        tuple(3);
        break;
      case "t": {
        // TUPLE
        const items = popMark();
        stack.push(items);
        break;
      }
      case "]": // EMPTY_LIST
        stack.push([]);
        break;
      case "a": {
        // APPEND
        const item = pop();
        top(Array).push(item);
        break;
      }
      case "e": {
        // APPENDS
        const items = popMark();
        const list = top(Array);
        for (const item of items) list.push(item);
        break;
      }
      case "}": // EMPTY_DICT
        stack.push(new Map());
        break;
      case "s": {
        // SETITEM
        const value = pop();
        setItems([pop(), value]);
        break;
      }
      case "u": // SETITEMS
        setItems(popMark());
        break;
      case "q": // BINPUT
        remember(byte());
        break;
      case "r": // LONG_BINPUT
        remember(size(4));
        break;
      case "\x94": // MEMOIZE
        remember(memo.size);
        break;
      case "h": // BINGET
        recall(byte());
        break;
      case "j": // LONG_BINGET
        recall(size(4));
        break;
      case "c": // GLOBAL
        stack.push(global(`${line()}.${line()}`));
        break;
      case "i": // INST, which would make an object of what it names
        global(`${line()}.${line()}`);
        throw misplaced();
      case "\x93": {
        // STACK_GLOBAL
        const name = popText();
        stack.push(global(`${popText()}.${name}`));
        break;
      }
      case "R": {
        // REDUCE
        const args = pop();
        const callable = pop();
        if (!(callable instanceof PickleGlobal && Array.isArray(args))) throw misplaced();
        stack.push(callable.call(args));
        break;
      }
      case "b": {
        // BUILD: those of a container do not matter
        const state = pop();
        const built = stack.at(-1);
        if (built instanceof PickleObject) built.build(state);
        else top(Map);
        break;
      }
      case "Q": // BINPERSID
        stack.push(persistent(pop()));
        break;
      default:
        throw invalid(
          `its pickle has the operation 0x${code.toString(16).padStart(2, "0")} at byte ${operation}, which a file of numbers does not need`,
        );
    }
  }
}

/** A text of a file in an error: its beginning, without what a terminal might obey. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** A two's complement integer, the lowest byte first. */
function integer(bytes: Uint8Array, from: number, to: number): number | bigint {
  let value = 0n;
  for (let i = to - 1; i >= from; i--) value = (value << 8n) | BigInt(bytes[i]!);
  const signed = BigInt.asIntN(8 * (to - from), value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

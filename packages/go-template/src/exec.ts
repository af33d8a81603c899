import { FunctionError, TemplateExecError } from './error.ts';
import type { Branch, Command, Operand, Pipe, Place, Statement } from './nodes.ts';
import { source } from './nodes.ts';
import type { Template } from './parse.ts';
import { toText } from './printf.ts';
import { byteLength, goQuote } from './text.ts';
import {
  Dict,
  Float,
  Int,
  List,
  Struct,
  anyType,
  isTrue,
  kindOf,
  sortedEntries,
  typeOf,
  type Func,
  type Parameter,
  type Run,
  type Value,
} from './value.ts';

export interface Limits {
  /** Length of the output, in characters. */
  readonly maxOutput: number;
  /** Steps, items and characters that may be worked on in all. */
  readonly maxWork: number;
}

/**
 * What the template makes of `data`, which is `.` and `$`.
 * @throws TemplateExecError with Go's text
 */
export function executeTemplate(
  template: Template,
  { data, functions, limits }: { data: Value; functions: Readonly<Record<string, Func>>; limits: Limits },
): string {
  const execution = new Execution(template, functions, limits);
  try {
    return execution.run(data);
  } catch (error) {
    // The stack of JavaScript is the depth limit of expressions that call one another.
    if (error instanceof RangeError && /call stack/.test(error.message))
      throw execution.error('the template nests too deeply');
    throw error;
  }
}

/** A value in use. `anyOf` is set for what was read from a place that holds values of any type. */
interface Found {
  readonly value: Value;
  /** No value at all, such as that of a key that is not there. */
  readonly isMissing?: boolean;
  readonly isAny?: boolean;
}

interface Variable {
  readonly name: string;
  found: Found;
}

/** What a function gets piped in. */
type Final = Found | undefined;

const missing: Found = { value: null, isMissing: true };

/** What Go names as its limit; ours is where the stack ends. */
const namedDepth = 100_000;
const maxDepth = 400;

class Jump extends Error {
  readonly kind: 'break' | 'continue';

  constructor(kind: 'break' | 'continue') {
    super(kind);
    this.kind = kind;
  }
}

class Execution implements Run {
  readonly #template: Template;
  readonly #functions: Readonly<Record<string, Func>>;
  readonly #limits: Limits;
  #output = '';
  #work = 0;
  #variables: Variable[] = [];
  /** Name of the template that runs. */
  #name: string;
  #depth = 0;
  /** Where errors point. */
  #place: Place | undefined;

  constructor(template: Template, functions: Readonly<Record<string, Func>>, limits: Limits) {
    this.#template = template;
    this.#functions = functions;
    this.#limits = limits;
    this.#name = template.name;
  }

  run(data: Value): string {
    const dot = { value: data };
    this.#variables = [{ name: '$', found: dot }];
    this.#walkList(dot, this.#template.definitions.get(this.#template.name) ?? []);
    return this.#output;
  }

  spend(amount: number): void {
    this.#work += amount;
    if (this.#work > this.#limits.maxWork) throw this.error('the template does too much work');
  }

  error(message: string): TemplateExecError {
    const { name, text } = this.#template;
    const place = this.#place;
    if (place === undefined) return new TemplateExecError(`template: ${name}: ${message}`);
    const before = text.slice(0, place.start);
    const line = before.split('\n').length;
    const column = byteLength(before.slice(before.lastIndexOf('\n') + 1));
    const at = `executing ${goQuote(this.#name)} at <${source(place)}>`;
    return new TemplateExecError(`template: ${name}:${line}:${column}: ${at}: ${message}`);
  }

  #walkList(dot: Found, list: readonly Statement[]): void {
    for (const node of list) this.#walk(dot, node);
  }

  #walk(dot: Found, node: Statement): void {
    this.spend(1);
    this.#place = node;
    switch (node.kind) {
      case 'text':
        return this.#write(node.text);
      case 'action': {
        const found = this.#evalPipeline(dot, node.pipe);
        this.#place = node;
        if (node.pipe.variables.length === 0) this.#write(printable(found));
        return;
      }
      case 'if':
      case 'with':
        return this.#scoped(() => this.#walkBranch(dot, node));
      case 'range':
        return this.#scoped(() => this.#walkRange(dot, node));
      case 'template':
        return this.#walkTemplate(dot, node);
      case 'break':
      case 'continue':
        throw new Jump(node.kind);
    }
  }

  #write(text: string): void {
    this.#output += text;
    if (this.#output.length > this.#limits.maxOutput) throw this.error('the output is too long');
  }

  #scoped(act: () => void): void {
    const mark = this.#variables.length;
    try {
      act();
    } finally {
      this.#variables.length = mark;
    }
  }

  #walkBranch(dot: Found, { kind, pipe, list, otherwise }: Branch): void {
    const found = this.#evalPipeline(dot, pipe);
    if (isTrue(found.value)) this.#walkList(kind === 'with' ? found : dot, list);
    else if (otherwise !== undefined) this.#walkList(dot, otherwise);
  }

  #walkRange(dot: Found, node: Branch): void {
    const { value } = this.#evalPipeline(dot, node.pipe);
    if (value instanceof Int && node.pipe.variables.length > 1) {
      throw this.error(`can't use ${toText(value)} to iterate over more than one variable`);
    }
    const items = this.#itemsOf(value);
    let isEmpty = true;
    for (const [key, item] of items) {
      isEmpty = false;
      if (!this.#iterate(node, key, item)) break;
    }
    if (isEmpty && node.otherwise !== undefined) this.#walkList(dot, node.otherwise);
  }

  *#itemsOf(value: Value): Generator<[Found, Found]> {
    if (value instanceof List) {
      let index = 0n;
      for (const item of value.items) yield [{ value: new Int(index++) }, element(item, value.element)];
    } else if (value instanceof Dict) {
      for (const [key, item] of sortedEntries(value)) yield [{ value: key }, element(item, value.element)];
    } else if (value instanceof Int) {
      for (let n = 0n; n < value.value; n++) yield [missing, { value: new Int(n, value.type) }];
    } else if (value !== null) {
      throw this.error(`range can't iterate over ${toText(value)}`);
    }
  }

  /** Runs the body once. @returns whether to go on */
  #iterate({ pipe, list }: Branch, key: Found, item: Found): boolean {
    const [first, second] = pipe.variables;
    if (first !== undefined && second === undefined) this.#assign(first, item, pipe);
    if (first !== undefined && second !== undefined) {
      this.#assign(first, key, pipe);
      this.#assign(second, item, pipe);
    }
    const mark = this.#variables.length;
    try {
      this.#walkList(item, list);
      return true;
    } catch (error) {
      if (!(error instanceof Jump)) throw error;
      return error.kind === 'continue';
    } finally {
      this.#variables.length = mark;
    }
  }

  #assign(name: string, found: Found, { isAssignment }: Pipe): void {
    this.spend(1);
    // The pipeline has declared the variables of a range, so the nearest of this name is meant in any case.
    this.#setVariable(name, found, isAssignment);
  }

  #setVariable(name: string, found: Found, mustExist: boolean): void {
    const variable = this.#variables.findLast((known) => known.name === name);
    if (variable !== undefined) variable.found = found;
    else if (mustExist) throw this.error(`undefined variable: ${name}`);
  }

  #walkTemplate(dot: Found, node: Extract<Statement, { kind: 'template' }>): void {
    const list = this.#template.definitions.get(node.name);
    if (list === undefined) throw this.error(`template ${goQuote(node.name)} not defined`);
    if (this.#depth >= maxDepth) throw this.error(`exceeded maximum template depth (${namedDepth})`);
    const inner = node.pipe === undefined ? missing : this.#evalPipeline(dot, node.pipe);
    const outer = { name: this.#name, variables: this.#variables };
    this.#name = node.name;
    this.#variables = [{ name: '$', found: inner }];
    this.#depth++;
    this.#walkList(inner, list);
    this.#depth--;
    this.#name = outer.name;
    this.#variables = outer.variables;
  }

  #evalPipeline(dot: Found, pipe: Pipe): Found {
    this.#place = pipe;
    let final: Final;
    for (const command of pipe.commands) {
      const found = this.#evalCommand(dot, command, final);
      final = { value: found.value, ...(found.value === null ? { isMissing: true } : {}) };
    }
    const result = final ?? missing;
    for (const name of pipe.variables) {
      if (pipe.isAssignment) this.#setVariable(name, result, true);
      else this.#variables.push({ name, found: result });
    }
    return result;
  }

  #evalCommand(dot: Found, command: Command, final: Final): Found {
    this.spend(1);
    const { operands } = command;
    const first = operands[0]!;
    switch (first.kind) {
      case 'field':
        this.#place = first;
        return this.#evalChain(dot, { receiver: dot, names: first.names, node: first }, operands, final);
      case 'chain':
        return this.#evalChainNode(dot, first, operands, final);
      case 'identifier':
        return this.#evalFunction(dot, first.name, { node: first, command, operands, final });
      case 'pipe':
        this.#refuseArguments(operands, final);
        return this.#evalPipeline(dot, first);
      case 'variable':
        return this.#evalVariable(dot, first, operands, final);
      default:
        this.#place = first;
        this.#refuseArguments(operands, final);
        return this.#constant(dot, first);
    }
  }

  #constant(dot: Found, node: Extract<Operand, { kind: 'bool' | 'dot' | 'nil' | 'number' | 'string' }>): Found {
    switch (node.kind) {
      case 'bool':
      case 'string':
        return { value: node.value };
      case 'dot':
        return dot;
      case 'nil':
        throw this.error('nil is not a command');
      case 'number':
        return { value: this.#ideal(node) };
    }
  }

  #ideal(node: Extract<Operand, { kind: 'number' }>): Value {
    this.#place = node;
    if (node.number.ideal === undefined) throw this.error(`${node.text} overflows int`);
    return node.number.ideal;
  }

  #refuseArguments(operands: readonly Operand[], final: Final): void {
    if (operands.length <= 1 && final === undefined) return;
    throw this.error(`can't give argument to non-function ${source(operands[0]!)}`);
  }

  #evalVariable(
    dot: Found,
    node: Extract<Operand, { kind: 'variable' }>,
    operands: readonly Operand[],
    final: Final,
  ): Found {
    this.#place = node;
    const [name = '', ...names] = node.names;
    const found = this.#variables.findLast((variable) => variable.name === name)?.found;
    if (found === undefined) throw this.error(`undefined variable: ${name}`);
    if (names.length > 0) return this.#evalChain(dot, { receiver: found, names, node }, operands, final);
    this.#refuseArguments(operands, final);
    return found;
  }

  #evalChainNode(
    dot: Found,
    node: Extract<Operand, { kind: 'chain' }>,
    operands: readonly Operand[],
    final: Final,
  ): Found {
    this.#place = node;
    if (node.of.kind === 'nil') throw this.error(`indirection through explicit nil in ${source(node)}`);
    const receiver = this.#evalOperand(dot, node.of);
    return this.#evalChain(dot, { receiver, names: node.names, node }, operands, final);
  }

  #evalChain(
    dot: Found,
    { receiver, names, node }: { receiver: Found; names: readonly string[]; node: Operand },
    operands: readonly Operand[],
    final: Final,
  ): Found {
    let found = receiver;
    for (const name of names.slice(0, -1))
      found = this.#evalField(dot, name, found, { node, operands: [], final: undefined });
    return this.#evalField(dot, names.at(-1) ?? '', found, { node, operands, final });
  }

  #evalField(
    dot: Found,
    name: string,
    receiver: Found,
    { node, operands, final }: { node: Operand; operands: readonly Operand[]; final: Final },
  ): Found {
    if (receiver.isMissing === true) return missing;
    const { value } = receiver;
    const type = receiver.isAny === true ? anyType : typeOf(value);
    if (value === null) throw this.error(`nil pointer evaluating ${type}.${name}`);
    const method = value instanceof Struct && Object.hasOwn(value.methods, name) ? value.methods[name] : undefined;
    if (method !== undefined)
      return this.#call(dot, { name, func: method, place: node, args: operands.slice(1), final });
    const hasArguments = operands.length > 1 || final !== undefined;
    const field = value instanceof Struct && !value.type.startsWith('*') ? value.field(name) : undefined;
    if (field !== undefined) {
      if (hasArguments) throw this.error(`${name} has arguments but cannot be invoked as function`);
      return { value: field.value };
    }
    if (value instanceof Dict && value.keys === undefined) {
      if (hasArguments) throw this.error(`${name} is not a method but has arguments`);
      const item = value.entries.get(name);
      return item === undefined ? missing : element(item, value.element);
    }
    throw this.error(`can't evaluate field ${name} in type ${type}`);
  }

  #evalFunction(
    dot: Found,
    name: string,
    { node, command, operands, final }: { node: Operand; command: Place; operands: readonly Operand[]; final: Final },
  ): Found {
    this.#place = node;
    const func = Object.hasOwn(this.#functions, name) ? this.#functions[name] : undefined;
    if (func === undefined) throw this.error(`${goQuote(name)} is not a defined function`);
    return this.#call(dot, { name, func, place: command, args: operands.slice(1), final });
  }

  #call(
    dot: Found,
    {
      name,
      func,
      place,
      args,
      final,
    }: { name: string; func: Func; place: Place; args: readonly Operand[]; final: Final },
  ): Found {
    this.#checkCount(name, func, args.length, final);
    if (name === 'and' || name === 'or') return this.#shortCircuit(dot, name, args, final);
    const { parameters, rest } = func;
    const values = args.map((arg, index) => this.#evalArgument(dot, arg, parameters[index] ?? rest ?? 'any'));
    if (final !== undefined) values.push(this.#checkType(final, parameters[args.length] ?? rest ?? 'any'));
    // The builtin names what it was asked to call.
    if (name === 'call') values.unshift(args[0] === undefined ? toText(final?.value ?? null) : source(args[0]));
    try {
      this.spend(1 + values.reduce((sum: number, value) => sum + weight(value), 0));
      const value = func.call(values, this);
      this.spend(weight(value));
      return { value };
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      this.#place = place;
      throw this.error(`error calling ${name}: ${error.message}`);
    }
  }

  #checkCount(name: string, { parameters, rest }: Func, given: number, final: Final): void {
    const got = given + (final === undefined ? 0 : 1);
    const want = parameters.length;
    if (rest === undefined && got !== want)
      throw this.error(`wrong number of args for ${name}: want ${want} got ${got}`);
    if (rest !== undefined && got < want) {
      throw this.error(`wrong number of args for ${name}: want at least ${want} got ${given}`);
    }
  }

  #shortCircuit(dot: Found, name: 'and' | 'or', args: readonly Operand[], final: Final): Found {
    let value: Value = null;
    for (const arg of args) {
      value = this.#evalArgument(dot, arg, 'value');
      if (isTrue(value) === (name === 'or')) return { value };
    }
    return final ?? { value };
  }

  #evalArgument(dot: Found, node: Operand, type: Parameter): Value {
    this.#place = node;
    switch (node.kind) {
      case 'nil':
        if (type === 'any' || type === 'value' || /^[[m*]/.test(type)) return null;
        throw this.error(`cannot assign nil to ${type}`);
      case 'bool':
      case 'string':
      case 'number':
        return this.#literal(node, type);
      default:
        return this.#checkType(this.#evalOperand(dot, node), type);
    }
  }

  #literal(node: Extract<Operand, { kind: 'bool' | 'string' | 'number' }>, type: Parameter): Value {
    switch (type) {
      case 'any':
      case 'value':
        return node.kind === 'number' ? this.#ideal(node) : node.value;
      case 'bool':
      case 'string':
        if (node.kind === type) return node.value;
        throw this.error(`expected ${type}; found ${source(node)}`);
      case 'int':
        if (node.kind === 'number' && node.number.int !== undefined) return new Int(node.number.int);
        throw this.error(`expected integer; found ${source(node)}`);
      case 'float64':
        if (node.kind === 'number' && node.number.float !== undefined) return new Float(node.number.float);
        throw this.error(`expected float; found ${source(node)}`);
      default:
        throw this.error(`can't handle ${source(node)} for arg of type ${type}`);
    }
  }

  #evalOperand(dot: Found, node: Operand): Found {
    this.#place = node;
    switch (node.kind) {
      case 'dot':
        return dot;
      case 'field':
        return this.#evalChain(dot, { receiver: dot, names: node.names, node }, [node], undefined);
      case 'variable':
        return this.#evalVariable(dot, node, [node], undefined);
      case 'pipe':
        return this.#evalPipeline(dot, node);
      case 'identifier':
        return this.#evalFunction(dot, node.name, { node, command: node, operands: [node], final: undefined });
      case 'chain':
        return this.#evalChainNode(dot, node, [node], undefined);
      case 'nil':
        throw this.error('cannot assign nil to interface {}');
      case 'bool':
      case 'string':
        return { value: node.value };
      case 'number':
        return { value: this.#ideal(node) };
    }
  }

  #checkType({ value, isMissing, isAny }: Found, type: Parameter): Value {
    if (type === 'any' || type === 'value') return value;
    if (value === null && (isMissing === true || isAny !== true)) {
      if (/^[[m*]/.test(type)) return null;
      throw this.error(`invalid value; expected ${type}`);
    }
    if (typeOf(value) === type) return value;
    const got = value === null ? anyType : typeOf(value);
    throw this.error(`wrong type for value; expected ${type}; got ${got}`);
  }
}

function element(value: Value, type: string): Found {
  return type === anyType ? { value, isAny: true } : { value };
}

function printable({ value }: Found): string {
  return value === null ? '<no value>' : toText(value);
}

/** How much work it is to go through a value once. */
function weight(value: Value): number {
  if (typeof value === 'string') return value.length / 8;
  if (value instanceof List) return value.items.length;
  return value instanceof Dict ? value.entries.size : kindOf(value) === 'invalid' ? 0 : 1;
}

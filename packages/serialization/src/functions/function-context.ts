/**
 * Finds everything that a function takes from the surrounding code other than by name: `this`, `super` and private names, direct eval. It
 * also finds the parts that depend on the place: `import()`, and the operands of `typeof`.
 */
import type { SyntaxNode } from './parse-function.js';

/** The findings about one function. */
export interface FunctionContext {
  /** True when an arrow function uses the `this` of the function around it. */
  usesOuterThis: boolean;
  usesOuterSuper: boolean;
  /** The private names of a class around it, with `#`. */
  readonly outerPrivateNames: Set<string>;
  callsEval: boolean;
  /** The specifiers of `import()`. */
  readonly specifiers: SyntaxNode[];
  /** The `x` of each `typeof x`. */
  readonly asked: Set<SyntaxNode>;
}

/** The `this`, `super` and private names that the code at one place has of its own. */
interface Ownership {
  readonly self: boolean;
  readonly parent: boolean;
  readonly privateNames: ReadonlySet<string>;
}

/** Walks a function's tree. */
export function functionContext(node: SyntaxNode): FunctionContext {
  const found: FunctionContext = {
    usesOuterThis: false,
    usesOuterSuper: false,
    outerPrivateNames: new Set(),
    callsEval: false,
    specifiers: [],
    asked: new Set(),
  };
  visit(node, { self: false, parent: false, privateNames: new Set() }, found);
  return found;
}

function visit(node: SyntaxNode, own: Ownership, found: FunctionContext): void {
  switch (node.type) {
    case 'ThisExpression':
      found.usesOuterThis ||= !own.self;
      return;
    case 'Super':
      found.usesOuterSuper ||= !own.parent;
      return;
    case 'PrivateIdentifier':
      if (!own.privateNames.has(node['name'] as string)) found.outerPrivateNames.add(`#${node['name'] as string}`);
      return;
    case 'ImportExpression':
      found.specifiers.push(node['source'] as SyntaxNode);
      break;
    case 'UnaryExpression':
      if (node['operator'] === 'typeof') found.asked.add(node['argument'] as SyntaxNode);
      break;
    case 'CallExpression': {
      const callee = node['callee'] as SyntaxNode;
      found.callsEval ||= callee.type === 'Identifier' && callee['name'] === 'eval';
      break;
    }
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      visitChildren(node, { ...own, self: true }, found);
      return;
    case 'ClassBody':
      visitChildren(node, { ...own, privateNames: new Set([...own.privateNames, ...declaredPrivateNames(node)]) }, found);
      return;
    case 'StaticBlock':
      visitChildren(node, { ...own, self: true, parent: true }, found);
      return;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      visitMember(node, own, found);
      return;
  }
  visitChildren(node, own, found);
}

/**
 * A computed key belongs to the surrounding code. Methods have a `super` of their own; the values of class fields have a `super` and a
 * `this`.
 */
function visitMember(member: SyntaxNode, own: Ownership, found: FunctionContext): void {
  visit(member['key'] as SyntaxNode, own, found);
  const value = member['value'] as SyntaxNode | null;
  if (value === null) return;
  const isField = member.type === 'PropertyDefinition';
  const isMethod = member.type === 'MethodDefinition' || member['method'] === true || member['kind'] !== 'init';
  visit(value, { ...own, self: own.self || isField, parent: own.parent || isField || isMethod }, found);
}

function visitChildren(node: SyntaxNode, own: Ownership, found: FunctionContext): void {
  for (const child of Object.values(node)) {
    if (Array.isArray(child)) {
      for (const element of child) if (isNode(element)) visit(element, own, found);
    } else if (isNode(child)) visit(child, own, found);
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function declaredPrivateNames(body: SyntaxNode): string[] {
  const keys = (body['body'] as SyntaxNode[]).map((member) => member['key'] as SyntaxNode | undefined);
  return keys.flatMap((key) => (key?.type === 'PrivateIdentifier' ? [key['name'] as string] : []));
}

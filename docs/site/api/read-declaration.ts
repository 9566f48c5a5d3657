import {
  isClassDeclaration,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isGetAccessorDeclaration,
  isInterfaceDeclaration,
  isMethodDeclaration,
  isMethodSignatureDeclaration,
  isPrivateIdentifier,
  isTypeAliasDeclaration,
  type ClassDeclaration,
  type InterfaceDeclaration,
  type Node,
} from 'typescript/unstable/ast';
import { NodeBuilderFlags, SymbolFlags, type Checker, type Project, type Symbol } from 'typescript/unstable/sync';
import type { ApiItem, ApiMember, Doc } from './model.ts';
import { NO_DOC, readDoc } from './read-doc.ts';

const TYPE_FORMAT = NodeBuilderFlags.NoTruncation | NodeBuilderFlags.InTypeAlias | NodeBuilderFlags.MultilineObjectLiterals;

/** The source of a node without its own doc comment, up to the start of its body. */
function headOf(node: Node, end = node.end): string {
  const { text } = node.getSourceFile();
  // Comments on the members of a type literal would appear twice.
  return text.slice(node.getStart(), end).replace(/^export\s+(default\s+)?/, '').replace(/^(override\s+)?(async\s+)?/, '').trim();
}

/** A piece of source without the indentation that all lines but the first share. */
function outdent(source: string): string {
  const [first = '', ...rest] = source.split('\n');
  const indents = rest.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const shared = indents.length === 0 ? 0 : Math.min(...indents);
  return [first, ...rest.map((line) => line.slice(shared))].join('\n');
}

const withoutBody = (node: Node & { readonly body?: Node | undefined }): string =>
  outdent(headOf(node, node.body === undefined ? node.end : node.body.pos).replace(/;$/, ''));

function readMember(checker: Checker, owner: Symbol, node: Node & { readonly name?: Node | undefined }): ApiMember | undefined {
  if (isConstructorDeclaration(node)) {
    const symbol = [...owner.getMembers().values()].find(({ name }) => name === '__constructor' || name === 'constructor');
    return { name: 'constructor', kind: 'constructor', signature: withoutBody(node), doc: readDoc(checker, symbol) };
  }
  const { name } = node;
  if (name === undefined || isPrivateIdentifier(name) || /^(private|protected)\b/.test(headOf(node))) return undefined;
  const symbol = checker.getSymbolAtLocation(name);
  const isMethod = isMethodDeclaration(node) || isMethodSignatureDeclaration(node);
  const signature = isGetAccessorDeclaration(node) ? withoutBody(node).replace(/^get (\w+)\(\)/, 'readonly $1') : withoutBody(node);
  return { name: name.getText(), kind: isMethod ? 'method' : 'property', signature, doc: readDoc(checker, symbol) };
}

/** For a class member without a comment: the comment that the implemented interfaces have. */
function inheritedDoc(checker: Checker, { heritageClauses }: ClassDeclaration | InterfaceDeclaration, name: string): Doc | undefined {
  for (const clause of heritageClauses?.flatMap(({ types }) => [...types]) ?? []) {
    const type = checker.getTypeAtLocation(clause);
    const doc = readDoc(checker, type && checker.getPropertyOfType(type, name));
    if (doc.text !== '') return doc;
  }
  return undefined;
}

function readMembers(checker: Checker, owner: Symbol, node: ClassDeclaration | InterfaceDeclaration): ApiMember[] {
  const members = [...node.members].map((member) => readMember(checker, owner, member));
  return members
    .filter((member) => member !== undefined)
    .map((member) => {
      if (member.doc.text !== '' || member.kind === 'constructor') return member;
      const inherited = inheritedDoc(checker, node, member.name);
      return inherited === undefined ? member : { ...member, doc: { ...inherited, throws: [...inherited.throws, ...member.doc.throws] } };
    });
}

/** The members that a class inherits: a reader must find them with the exported class. */
function membersOfBase(project: Project, { heritageClauses }: ClassDeclaration): ApiMember[] {
  const { checker } = project;
  const clause = heritageClauses?.find((heritage) => headOf(heritage).startsWith('extends'));
  const named = clause && checker.getSymbolAtLocation(clause.types[0]!.expression);
  const base = named && (named.flags & SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(named) : named;
  const node = base?.valueDeclaration?.resolve(project);
  return base === undefined || node === undefined || !isClassDeclaration(node) ? [] : readMembers(checker, base, node).filter(({ kind }) => kind !== 'constructor');
}

/**
 * For a type made by a schema, a reader needs the resulting type. For a type computed from a loop's shapes, its comment
 * tells the result.
 */
function aliasText(checker: Checker, symbol: Symbol, node: Node): string {
  const source = outdent(headOf(node).replace(/;$/, ''));
  const [head, computed] = source.split(/ = (?=IfAny<)/);
  if (head !== undefined && computed !== undefined) return head;
  if (!source.includes('z.infer<')) return source;
  return `type ${symbol.name} = ${checker.typeToString(checker.getDeclaredTypeOfSymbol(symbol), undefined, TYPE_FORMAT)}`;
}

export function readDeclaration(project: Project, symbol: Symbol, node: Node): Omit<ApiItem, 'name' | 'source'> {
  const { checker } = project;
  const doc = readDoc(checker, symbol);
  if (isFunctionDeclaration(node)) return { kind: 'function', signature: withoutBody(node), doc, members: [] };
  if (isClassDeclaration(node) || isInterfaceDeclaration(node)) {
    const kind = isClassDeclaration(node) ? 'class' : 'interface';
    const source = headOf(node);
    const inherited = isClassDeclaration(node) ? membersOfBase(project, node) : [];
    const own = readMembers(checker, symbol, node);
    // If a class overrides an inherited member, show its own.
    const members = [...own, ...inherited.filter(({ name }) => !own.some((member) => member.name === name))];
    return { kind, signature: source.slice(0, source.indexOf('{')).trim(), doc, members };
  }
  if (isTypeAliasDeclaration(node)) return { kind: 'type', signature: aliasText(checker, symbol, node), doc, members: [] };
  const type = checker.typeToString(checker.getTypeOfSymbolAtLocation(symbol, node));
  return { kind: 'constant', signature: `const ${symbol.name}: ${type}`, doc: doc.text === '' ? NO_DOC : doc, members: [] };
}

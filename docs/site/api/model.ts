/** The content of a doc comment. */
export interface Doc {
  readonly text: string;
  readonly params: readonly { readonly name: string; readonly text: string }[];
  readonly returns: string | undefined;
  readonly throws: readonly string[];
  readonly defaultValue: string | undefined;
  readonly examples: readonly string[];
}

/** A property or method of an interface or class. */
export interface ApiMember {
  readonly name: string;
  readonly kind: 'property' | 'method' | 'constructor';
  /** As in the source, without its comment and body. */
  readonly signature: string;
  readonly doc: Doc;
}

/** Something that an entry exports. */
export interface ApiItem {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'interface' | 'type' | 'constant';
  /** Its declaration as in the source, without comments and bodies; for an interface or class only the first line. */
  readonly signature: string;
  readonly doc: Doc;
  readonly members: readonly ApiMember[];
  /** The file that declares it. */
  readonly source: string;
}

/** One entry of the package. */
export interface ApiEntry {
  /** The import specifier, such as `nudgeloop/core`. */
  readonly name: string;
  /** Its file name: `nudgeloop`, `core`. */
  readonly slug: string;
  readonly source: string;
  readonly items: readonly ApiItem[];
}

/** All public entries. */
export interface Api {
  readonly entries: readonly ApiEntry[];
  /** The entry on whose page each name is described; others that export it link there. */
  readonly homes: ReadonlyMap<string, ApiEntry>;
}

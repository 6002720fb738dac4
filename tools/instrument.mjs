// Puts a call in front of every statement of AssemblyScript sources, by the parser that asc itself uses.
import { Node, NodeKind, newOptions, newProgram, parse } from "assemblyscript";

const CALL = "covered__";
/** A function may be declared anywhere in a file. */
const DECLARATION = `\n@external("env", "covered") declare function ${CALL}(id: i32): void;\n`;

/** Statements that stand alone under a condition or a loop, by the kind of what they stand under. */
const BODIES = {
  [NodeKind.If]: ["ifTrue", "ifFalse"],
  [NodeKind.While]: ["body"],
  [NodeKind.Do]: ["body"],
  [NodeKind.For]: ["body"],
  [NodeKind.ForOf]: ["body"],
};

/** What is compiled to nothing, or is not run as a statement of its own. */
const SILENT = new Set([NodeKind.Block, NodeKind.Empty, NodeKind.FunctionDeclaration, NodeKind.ClassDeclaration]);

/**
 * Sources with calls in them, and the statements that the calls number. Code outside functions is left alone: it is evaluated when the engine is compiled.
 * @param sources `{ file, text }` each
 * @returns points `{ id, file, line, text }`, the text being the whole line; replace: new text by file
 */
export const instrument = (sources) => {
  const points = [];
  const replace = {};
  for (const { file, text } of sources) {
    const inserts = insertsFor(file, text, points);
    if (inserts.length) replace[file] = apply(text, inserts) + DECLARATION;
  }
  return { points, replace };
};

const insertsFor = (file, text, points) => {
  const inserts = [];
  const mark = (statement) => {
    if (SILENT.has(statement.kind)) return;
    const { start } = statement.range;
    const line = text.slice(0, start).split("\n").length;
    inserts.push([start, `${CALL}(${points.length});`]);
    points.push({ id: points.length, file, line, text: text.split("\n")[line - 1].trim() });
  };
  const embrace = (statement) => {
    if (!statement || statement.kind === NodeKind.Block) return;
    inserts.push([statement.range.start, "{"]);
    mark(statement);
    const { end } = statement.range;
    inserts.push([text[end] === ";" ? end + 1 : end, "}"]);
  };
  /** `(x) => f(x)` becomes `(x) => { return f(x); }`. */
  const openArrow = ({ body }) => {
    inserts.push([body.range.start, "{"]);
    mark(body);
    inserts.push([body.range.start, "return "], [body.range.end, ";}"]);
  };
  visit(programOf(file, text), (node) => {
    if (node.kind === NodeKind.Block || node.kind === NodeKind.SwitchCase) node.statements.forEach(mark);
    if (node.kind === NodeKind.FunctionDeclaration && node.body && node.body.kind !== NodeKind.Block) openArrow(node);
    for (const key of BODIES[node.kind] ?? []) embrace(node[key]);
  });
  return inserts;
};

/** The functions and classes of a file. */
const programOf = (file, text) => {
  const program = newProgram(newOptions());
  parse(program, text, file, true);
  const source = program.sources.find((candidate) => candidate.internalPath === file.replace(/\.ts$/, ""));
  return source.statements.filter(({ kind }) => kind === NodeKind.FunctionDeclaration || kind === NodeKind.ClassDeclaration);
};

/** Calls `see` for a node, or the nodes of a list, and everything below. */
const visit = (node, see, seen = new Set()) => {
  if (Array.isArray(node)) for (const one of node) visit(one, see, seen);
  if (!(node instanceof Node) || seen.has(node)) return;
  seen.add(node);
  see(node);
  for (const [key, child] of Object.entries(node)) if (key !== "range" && key !== "parent") visit(child, see, seen);
};

/** Text with the inserts at their places; those at one place in the order in which they were made, closing braces first. */
const apply = (text, inserts) => {
  const order = inserts
    .map(([at, what], i) => ({ at, what, i }))
    .sort((a, b) => a.at - b.at || Number(b.what.endsWith("}")) - Number(a.what.endsWith("}")) || a.i - b.i);
  let result = "";
  let from = 0;
  for (const { at, what } of order) {
    result += text.slice(from, at) + what;
    from = at;
  }
  return result + text.slice(from);
};

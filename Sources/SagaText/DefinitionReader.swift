public import Kernel
public import SagaModel

/// Reads and checks a saga definition.
///
///     text → positioned tree → drafts → checks → Definition
///
/// Everything that is wrong is reported at once, each problem at the line and column of the offending key, value or
/// character. Pure: knows no files, and of aggregates only what the catalog says.
public enum DefinitionReader {
    /// Reads YAML, or JSON when the first character that is no space is `{`. `types`: those of an earlier reading, which win over
    /// others that the catalog knows.
    public static func read(source: String, catalog: some AggregateCatalog, types: [String] = []) -> DefinitionReading {
        do {
            return check(try tree(source), catalog, types)
        } catch {
            return DefinitionReading(
                definition: nil, name: nil, version: nil, document: nil, types: types, problems: [error], warnings: [])
        }
    }

    /// Reads an inline definition; lines and columns are those of its compact text, paths say where in the document.
    public static func read(_ document: JSON, catalog: some AggregateCatalog, types: [String] = []) -> DefinitionReading {
        read(source: document.text, catalog: catalog, types: types)
    }

    /// Any document in the same two formats as plain data, unchecked: what else people write beside definitions.
    public static func document(_ source: String) throws(Problem) -> JSON { try tree(source).json }

    /// The same with the place of everything in it.
    public static func tree(_ source: String) throws(Problem) -> SourceNode {
        let start = Place(line: 1, column: 1, path: "$")
        guard source.utf8.count <= DefinitionLimits.sourceBytes else {
            throw Problem(start, "a definition is at most \(DefinitionLimits.sourceBytes) bytes, this has \(source.utf8.count)")
        }
        let text = source.hasPrefix("\u{FEFF}") ? String(source.dropFirst()) : source
        let first = text.utf8.first { !" \t\r\n".utf8.contains($0) }
        return try first == UInt8(ascii: "{") ? JSONTree.read(text) : YAMLTree.read(text)
    }

    private static func check(_ node: SourceNode, _ catalog: some AggregateCatalog, _ types: [String]) -> DefinitionReading {
        var builder = DefinitionBuilder(catalog: catalog, settled: types)
        let definition = builder.build(node)
        let problems = builder.problems.problems
        return DefinitionReading(
            definition: problems.isEmpty ? definition : nil, name: builder.name, version: builder.version, document: node.json,
            types: builder.ambiguous.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, problems: problems,
            warnings: builder.problems.warnings)
    }
}
